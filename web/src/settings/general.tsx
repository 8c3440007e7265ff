import { Checkbox, TextInput } from '@mantine/core';
import type { Organization } from '@runwright/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Form } from '../forms/form.tsx';
import { client } from '../session/client.ts';
import { organizationQuery } from '../session/reads.ts';

const G = laterWords.setting.general;

export function General({ org }: { org: string }) {
  const { data } = useQuery(organizationQuery(org));
  return data === undefined ? null : <GeneralForm key={data.id} organization={data} />;
}

function GeneralForm({ organization }: { organization: Organization }) {
  const { attributes: a } = organization;
  const queries = useQueryClient();
  const [email, setEmail] = useState(a.email ?? '');
  const [tokens, setTokens] = useState(a['user-tokens-enabled'] !== false);
  const [cost, setCost] = useState(a['cost-estimation-enabled'] === true);
  const save = useMutation({
    mutationFn: () =>
      client.organizations.update(a.name, {
        email: email.trim(),
        'user-tokens-enabled': tokens,
        'cost-estimation-enabled': cost,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['organization'] }),
  });
  return (
    <div style={{ maxWidth: 560 }}>
      <Card>
        <Form
          submit={() => save.mutate()}
          isPending={save.isPending}
          error={save.error}
          label={save.isSuccess ? words.form.saved : words.form.save}
          disabled={a.permissions['can-update'] !== true}
        >
          {(errorOf) => (
            <>
              <TextInput
                label={laterWords.page.organizations.email}
                type="email"
                value={email}
                error={errorOf('email')}
                onChange={({ currentTarget }) => setEmail(currentTarget.value)}
              />
              <Checkbox
                label={G.userTokens}
                checked={tokens}
                onChange={({ currentTarget }) => setTokens(currentTarget.checked)}
              />
              <Checkbox
                label={G.cost}
                checked={cost}
                onChange={({ currentTarget }) => setCost(currentTarget.checked)}
              />
            </>
          )}
        </Form>
      </Card>
    </div>
  );
}
