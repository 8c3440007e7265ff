import { Button, Select, TextInput } from '@mantine/core';
import type { ApprovalRule, Workspace } from '@runwright/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Form } from '../forms/form.tsx';
import { Card } from '../parts/card.tsx';
import { Refused } from '../parts/refused.tsx';
import { client } from '../session/client.ts';
import { useList } from '../settings/use-list.ts';
import { useKeyed } from './use-keyed.ts';
import classes from './guards.module.css';

const G = laterWords.guard.rules;
/** In the list of teams: no team is required. No id of a team has this form. */
const ANYBODY = '*';
const MOST_RULES = 10;

/** The approvals that a plan needs before it is applied. */
export function ApprovalRules({ org, workspace }: { org: string; workspace: Workspace }) {
  const queries = useQueryClient();
  const teams = useList(['teams', org], (page) => client.teams.list(org, page));
  const rules = useKeyed<ApprovalRule>(workspace.attributes['approval-rules'] ?? []);
  const [isSaved, setSaved] = useState(true);
  const save = useMutation({
    mutationFn: () => client.workspaces.update(workspace.id, { 'approval-rules': rules.values }),
    onSuccess: async () => {
      setSaved(true);
      await queries.invalidateQueries({ queryKey: ['workspace'] });
    },
  });
  const touched = <Args extends readonly unknown[]>(act: (...args: Args) => void) => {
    return (...args: Args): void => {
      setSaved(false);
      act(...args);
    };
  };
  const change = touched(rules.change);
  const known = (teams.query.data ?? []).map(({ id, attributes }) => ({ value: id, label: attributes.name }));
  const namedOf = (id: string) => ({
    value: id,
    label: known.find(({ value }) => value === id)?.label ?? id,
  });
  return (
    <Card title={G.title}>
      <p className="muted">{G.text}</p>
      <Refused error={teams.query.error} />
      <Form
        submit={() => save.mutate()}
        isPending={save.isPending}
        error={save.error}
        label={save.isSuccess && isSaved ? G.saved : G.save}
        disabled={isSaved}
      >
        {() => (
          <>
            {rules.entries.length === 0 && <p>{G.none}</p>}
            {rules.entries.map(({ key, value }, index) => {
              const teamId = value['team-id'];
              const others = rules.values.filter((other) => other !== value).map((each) => each['team-id']);
              const free = known.filter((team) => !others.includes(team.value));
              return (
                <fieldset key={key} className={classes['entry']}>
                  <legend>{G.rule(index + 1)}</legend>
                  <TextInput
                    type="number"
                    min={1}
                    max={10}
                    label={G.approvals}
                    value={Number.isNaN(value.approvals) ? '' : value.approvals}
                    required
                    withAsterisk={false}
                    onChange={({ currentTarget }) => change(key, { approvals: currentTarget.valueAsNumber })}
                  />
                  <Select
                    label={G.team}
                    allowDeselect={false}
                    value={teamId ?? ANYBODY}
                    data={[
                      ...(others.includes(null) ? [] : [{ value: ANYBODY, label: G.anybody }]),
                      ...(teamId !== null && !free.some((team) => team.value === teamId)
                        ? [namedOf(teamId)]
                        : []),
                      ...free,
                    ]}
                    onChange={(next) => change(key, { 'team-id': next === ANYBODY ? null : next })}
                  />
                  <Button
                    variant="subtle"
                    color="red"
                    size="compact-sm"
                    onClick={() => touched(rules.remove)(key)}
                  >
                    {G.remove(index + 1)}
                  </Button>
                </fieldset>
              );
            })}
            <div>
              <Button
                variant="default"
                size="compact-sm"
                disabled={rules.entries.length >= MOST_RULES}
                onClick={() =>
                  touched(rules.add)({ 'team-id': unusedTeam(rules.values, known), approvals: 1 })
                }
              >
                {G.add}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}

/** Each team has one rule: null (anybody who may apply) if it is unused, or else the first unused team. */
function unusedTeam(
  rules: readonly ApprovalRule[],
  teams: readonly { readonly value: string }[],
): string | null {
  const used = new Set(rules.map((rule) => rule['team-id']));
  if (!used.has(null)) return null;
  return teams.find(({ value }) => !used.has(value))?.value ?? null;
}
