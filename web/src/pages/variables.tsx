import { Button } from '@mantine/core';
import { relatedId, type Variable } from '@runwright/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { usePlace } from '../place/use-place.ts';
import { EffectiveVariables, Origin, winnerOver } from '../forms/effective-variables.tsx';
import { VariableForm, type VariableCalls } from '../forms/variable-form.tsx';
import { VariableTable } from '../forms/variable-table.tsx';
import { client } from '../session/client.ts';
import { workspaceQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';

const V = words.form.variable;
const E = laterWords.page.variables;

/** Inputs of the configuration and the environment: the workspace's own, and those of variable sets. */
export function VariablesPage() {
  const { org, workspace: name } = usePlace();
  useTitle(laterWords.page.workspace.variables, name);
  const { data: workspace } = useQuery(workspaceQuery(org, name));
  const id = workspace?.id ?? '';
  const queries = useQueryClient();
  const key = ['variables', id];
  const variables = useQuery({
    queryKey: [...key, 'own'],
    queryFn: ({ signal }) => client.variables.list(id, { signal }),
    enabled: id !== '',
  });
  const effective = useQuery({
    queryKey: [...key, 'effective'],
    queryFn: ({ signal }) => client.variables.listAll(id, { include: ['overwritten', 'varset'], signal }),
    enabled: id !== '',
  });
  const [edited, setEdited] = useState<Variable | 'new'>();
  if (variables.isPending) return <Loading />;
  if (variables.isError) return <Failed error={variables.error} retry={() => void variables.refetch()} />;
  const own = variables.data.data;
  const hasSets = effective.data?.data.some((each) => relatedId(each, 'varset') !== undefined) === true;
  const mayChange = workspace?.attributes.permissions['can-update-variable'] === true;
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: key });
  const calls: VariableCalls = {
    create: (fields) => client.variables.create(id, fields),
    update: (variableId, fields) => client.variables.update(id, variableId, fields),
  };
  const add = mayChange && (
    <Button variant="default" leftSection={<Icon name="plus" size={13} />} onClick={() => setEdited('new')}>
      {V.add}
    </Button>
  );
  return (
    <div className="stack">
      <Card title={V.own} aside={add} flush>
        {own.length === 0 ? (
          <Empty icon="list" title={V.none}>
            {V.noneText}
          </Empty>
        ) : (
          <VariableTable
            variables={own}
            note={(variable) => {
              const winner = effective.data && winnerOver(variable.id, effective.data);
              if (winner === undefined) return null;
              return (
                <>
                  {E.hiddenBy} <Origin variable={winner} included={effective.data?.included ?? []} />
                </>
              );
            }}
            tools={(variable) =>
              mayChange && (
                <>
                  <Button variant="subtle" size="compact-xs" onClick={() => setEdited(variable)}>
                    {words.form.edit}
                  </Button>
                  <ConfirmDelete
                    button={words.form.delete}
                    title={`${words.form.delete}: ${variable.attributes.key}`}
                    act={async () => {
                      await client.variables.delete(id, variable.id);
                      await again();
                    }}
                  />
                </>
              )
            }
          />
        )}
      </Card>
      {effective.isError && <Failed error={effective.error} retry={() => void effective.refetch()} />}
      {hasSets && effective.data !== undefined && <EffectiveVariables variables={effective.data} />}
      {edited !== undefined && (
        <VariableForm
          calls={calls}
          variable={edited === 'new' ? undefined : edited}
          close={() => setEdited(undefined)}
          done={again}
        />
      )}
    </div>
  );
}
