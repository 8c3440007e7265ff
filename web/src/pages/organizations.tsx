import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Form } from '../forms/form.tsx';
import { client } from '../session/client.ts';
import { useAccount } from '../session/account.ts';
import { organizationsQuery } from '../session/reads.ts';
import { Invitations } from './invitations.tsx';
import { useTitle } from '../shell/use-title.ts';
import table from '../parts/table.module.css';

const O = laterWords.page.organizations;

export function OrganizationsPage() {
  useTitle(O.title);
  const organizations = useQuery(organizationsQuery);
  const account = useAccount();
  const [isCreating, setCreating] = useState(false);
  const rights = account.data?.attributes['permissions'] as Record<string, boolean> | undefined;
  const create = rights?.['can-create-organizations'] !== false && (
    <Button size="sm" leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}>
      {O.create}
    </Button>
  );
  return (
    <>
      <PageHead title={O.title}>{create}</PageHead>
      <Invitations />
      {organizations.isPending ? (
        <Loading />
      ) : organizations.isError ? (
        <Failed error={organizations.error} retry={() => void organizations.refetch()} />
      ) : organizations.data.data.length === 0 ? (
        <Empty icon="layers" title={O.none}>
          <p>{O.noneText}</p>
        </Empty>
      ) : (
        <Card flush>
          <table className={table['table']}>
            <tbody>
              {organizations.data.data.map(({ attributes: { name, email } }) => (
                <tr key={name}>
                  <th scope="row">
                    <Link to="/$org" params={{ org: name }}>
                      {name}
                    </Link>
                  </th>
                  <td className="muted foreign">{email}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      )}
      {isCreating && <CreateOrganization close={() => setCreating(false)} />}
    </>
  );
}

function CreateOrganization({ close }: { close: () => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => client.organizations.create({ name: name.trim(), email: email.trim() }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['organizations'] });
      await navigate({ to: '/$org', params: { org: made.attributes.name } });
    },
  });
  return (
    <Modal opened onClose={close} title={O.create} closeButtonProps={{ 'aria-label': words.shell.close }}>
      <Form
        submit={() => create.mutate()}
        isPending={create.isPending}
        error={create.error}
        label={O.submit}
        cancel={close}
      >
        {(errorOf) => (
          <>
            <TextInput
              data-autofocus
              label={O.name}
              description={O.nameHint}
              required
              value={name}
              error={errorOf('name')}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <TextInput
              label={O.email}
              type="email"
              required
              value={email}
              error={errorOf('email')}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            />
          </>
        )}
      </Form>
    </Modal>
  );
}
