import { Button, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Refused } from '../parts/refused.tsx';
import { Age } from '../parts/time.tsx';
import { client } from '../session/client.ts';
import { SimpleList } from '../settings/simple-list.tsx';
import { useList } from '../settings/use-list.ts';

const T = laterWords.setting.runTriggers;
const MOST_OFFERED = 50;

/** The workspaces whose applied runs start runs here. */
export function RunTriggers({ org, workspaceId }: { org: string; workspaceId: string }) {
  const { query, again } = useList(['run-triggers', workspaceId], (page) =>
    client.runTriggers.list(workspaceId, 'inbound', page),
  );
  return (
    <div className="stack">
      <SimpleList
        query={query}
        title={T.title}
        columns={[T.source, laterWords.setting.created, '']}
        keyOf={({ id }) => id}
        row={({ id, attributes: a }) => [
          a['sourceable-name'],
          <Age key="age" at={a['created-at']} />,
          <ConfirmDelete
            key="delete"
            button={words.form.delete}
            title={`${words.form.delete}: ${a['sourceable-name']}`}
            act={async () => {
              await client.runTriggers.delete(id);
              await again();
            }}
          />,
        ]}
      />
      <AddTrigger org={org} workspaceId={workspaceId} done={again} />
    </div>
  );
}

function AddTrigger({
  org,
  workspaceId,
  done,
}: {
  org: string;
  workspaceId: string;
  done: () => Promise<void>;
}) {
  const [search, setSearch] = useState('');
  const [source, setSource] = useState<string | null>(null);
  const found = useQuery({
    queryKey: ['trigger-sources', org, search],
    queryFn: ({ signal }) => client.workspaces.list(org, { search, pageSize: MOST_OFFERED, signal }),
    placeholderData: (before) => before,
  });
  const add = useMutation({
    mutationFn: (sourceId: string) => client.runTriggers.create(workspaceId, sourceId),
    onSuccess: async () => {
      setSource(null);
      await done();
    },
  });
  const offered = (found.data?.data ?? []).filter(({ id }) => id !== workspaceId);
  return (
    <div>
      <p className="muted">{T.text}</p>
      <Refused error={add.error} />
      <div className="row">
        <Select
          searchable
          aria-label={T.workspace}
          placeholder={T.workspace}
          data={offered.map(({ id, attributes: { name } }) => ({ value: id, label: name }))}
          value={source}
          onChange={setSource}
          onSearchChange={setSearch}
        />
        <Button
          variant="default"
          disabled={source === null}
          loading={add.isPending}
          onClick={() => source !== null && add.mutate(source)}
        >
          {T.add}
        </Button>
      </div>
    </div>
  );
}
