import { Button, Checkbox } from '@mantine/core';
import type { Variable, VariableSet } from '@runwright/client';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Empty } from '../parts/page-state.tsx';
import { VariableForm } from '../forms/variable-form.tsx';
import { VariableTable } from '../forms/variable-table.tsx';
import { client } from '../session/client.ts';
import { NamedThings } from './named-things.tsx';
import { useList } from './use-list.ts';

const S = laterWords.setting.sets;

/** Variables that several workspaces share. */
export function VariableSets({ org }: { org: string }) {
  const list = useList(['variable-sets', org], (page) => client.variableSets.list(org, page));
  return (
    <NamedThings
      list={list}
      button={S.create}
      create={(name) => client.variableSets.create(org, { name })}
      empty={<Empty icon="list" title={laterWords.setting.none} />}
      show={(set) => <Set key={set.id} set={set} again={list.again} />}
    />
  );
}

function Set({ set, again }: { set: VariableSet; again: () => Promise<void> }) {
  const { id, attributes: a } = set;
  const variables = useList(['set-variables', id], (page) => client.variableSets.listVariables(id, page));
  const [edited, setEdited] = useState<Variable | 'new'>();
  const change = async (fields: { global?: boolean; priority?: boolean }): Promise<void> => {
    await client.variableSets.update(id, fields);
    await again();
  };
  return (
    <Card
      title={a.name}
      aside={
        <span className="row">
          <Checkbox
            size="xs"
            label={S.global}
            checked={a.global === true}
            onChange={({ currentTarget }) => void change({ global: currentTarget.checked })}
          />
          <Checkbox
            size="xs"
            label={S.priority}
            checked={a.priority === true}
            onChange={({ currentTarget }) => void change({ priority: currentTarget.checked })}
          />
          <Button variant="default" onClick={() => setEdited('new')}>
            {words.form.variable.add}
          </Button>
          <ConfirmDelete
            button={words.form.delete}
            title={`${words.form.delete}: ${a.name}`}
            act={async () => {
              await client.variableSets.delete(id);
              await again();
            }}
          />
        </span>
      }
      flush
    >
      <VariableTable
        variables={variables.query.data ?? []}
        tools={(variable) => (
          <Button variant="subtle" size="compact-xs" onClick={() => setEdited(variable)}>
            {words.form.edit}
          </Button>
        )}
      />
      {edited !== undefined && (
        <VariableForm
          calls={{
            create: (fields) => client.variableSets.createVariable(id, fields),
            update: (variableId, fields) => client.variableSets.updateVariable(id, variableId, fields),
          }}
          variable={edited === 'new' ? undefined : edited}
          close={() => setEdited(undefined)}
          done={variables.again}
        />
      )}
    </Card>
  );
}
