import { Checkbox } from '@mantine/core';
import type { PolicySet } from '@runwright/client';
import { useMutation } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Facts } from '../parts/facts.tsx';
import { Empty } from '../parts/page-state.tsx';
import { Refused } from '../parts/refused.tsx';
import { UploadButton } from '../parts/upload-button.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { NamedThings } from './named-things.tsx';
import { useList } from './use-list.ts';

const P = laterWords.setting.policies;

/** Rules that plans must fulfil, in sets. */
export function PolicySets({ org }: { org: string }) {
  const list = useList(['policy-sets', org], (page) => client.policySets.list(org, page));
  return (
    <NamedThings
      list={list}
      button={P.create}
      create={(name) => client.policySets.create(org, { name })}
      empty={
        <Empty icon="list" title={laterWords.setting.none}>
          {P.noneText}
        </Empty>
      }
      show={(set) => <Set key={set.id} set={set} again={list.again} />}
    />
  );
}

async function uploadVersion(setId: string, archive: File): Promise<void> {
  await client.policySets.uploadVersion(await client.policySets.createVersion(setId), archive);
}

function Set({ set, again }: { set: PolicySet; again: () => Promise<void> }) {
  const { id, attributes: a } = set;
  const change = useMutation({
    mutationFn: (global: boolean) => client.policySets.update(id, { global }),
    onSettled: again,
  });
  return (
    <Card
      title={visibleText(a.name)}
      aside={
        <span className="row">
          <Checkbox
            size="xs"
            label={P.global}
            checked={a.global === true}
            onChange={({ currentTarget }) => change.mutate(currentTarget.checked)}
          />
          <ConfirmDelete
            button={words.form.delete}
            title={`${words.form.delete}: ${a.name}`}
            text={P.deleteText}
            act={async () => {
              await client.policySets.delete(id);
              await again();
            }}
          />
        </span>
      }
    >
      <div className="stack">
        <Refused error={change.error} />
        <Facts
          facts={[
            [words.form.description, a.description],
            [P.kind, a.kind],
            [P.count, String(a['policy-count'] ?? 0)],
          ]}
        />
        <UploadButton
          button={P.upload}
          accept=".tar.gz,.tgz,application/gzip"
          act={async (archive) => {
            await uploadVersion(id, archive);
            await again();
          }}
        />
        <p className="muted">{P.uploadText}</p>
      </div>
    </Card>
  );
}
