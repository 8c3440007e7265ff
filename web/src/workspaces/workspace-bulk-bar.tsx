import { Button } from '@mantine/core';
import { relatedId } from '@runwright/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { actOnEach } from '../bulk/act-on-each.ts';
import { BulkBar, type Outcome } from '../bulk/bulk-bar.tsx';
import { BulkDialog, type BulkAction } from './bulk-dialog.tsx';
import type { ListedWorkspace } from './use-workspace-list.ts';

const B = laterWords.page.workspaces.bulk;

/** The workspaces that each action may change: for the others the server would refuse. */
const MAY: Readonly<Record<BulkAction, (listed: ListedWorkspace) => boolean>> = {
  plan: ({ workspace: { attributes: a } }) => a.permissions['can-queue-run'] === true,
  lock: ({ workspace: { attributes: a } }) => !a.locked && a.permissions['can-lock'] === true,
  // A run that holds its workspace lets it go by itself.
  unlock: ({ workspace }) =>
    workspace.attributes.locked &&
    workspace.attributes.permissions['can-unlock'] === true &&
    relatedId(workspace, 'locked-by')?.startsWith('run-') !== true,
  version: ({ workspace: { attributes: a } }) => a.permissions['can-update'] === true,
};
const ACTIONS = ['plan', 'lock', 'unlock', 'version'] as const;

interface Props {
  chosen: readonly ListedWorkspace[];
  /** Selects these workspaces only. */
  keep: (ids: ReadonlySet<string>) => void;
}

/** Starts plans in the chosen workspaces, locks or unlocks them, or sets their version. */
export function WorkspaceBulkBar({ chosen, keep }: Props) {
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome>();
  const [progress, setProgress] = useState('');
  const [asked, setAsked] = useState<BulkAction>();
  const nameOf = new Map(chosen.map(({ workspace: { id, attributes } }) => [id, attributes.name]));
  const idsFor = (action: BulkAction): readonly string[] =>
    chosen.filter(MAY[action]).map(({ workspace }) => workspace.id);
  const act = useMutation({
    mutationFn: ({ ids, change }: { ids: readonly string[]; change: (id: string) => Promise<unknown> }) =>
      actOnEach(ids, change, (ended) => setProgress(B.progress(ended, ids.length))),
    onSuccess: ({ done, refused }) => {
      setOutcome({
        done: done.size,
        refused: [...refused].map(([id, why]) => ({ id, name: nameOf.get(id) ?? id, why })),
      });
      keep(new Set([...nameOf.keys()].filter((id) => !done.has(id))));
    },
    onSettled: () => {
      setProgress('');
      for (const key of ['workspaces', 'runs']) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <>
      <BulkBar
        selected={progress || (chosen.length > 0 ? B.selected(chosen.length) : '')}
        outcome={outcome}
        clear={() => {
          setOutcome(undefined);
          keep(new Set());
        }}
      >
        {ACTIONS.map((action) => {
          const { length } = idsFor(action);
          return (
            <Button
              key={action}
              variant="default"
              disabled={length === 0 || act.isPending}
              onClick={() => setAsked(action)}
            >
              {B.button[action](length)}
            </Button>
          );
        })}
      </BulkBar>
      {asked !== undefined && (
        <BulkDialog
          action={asked}
          ids={idsFor(asked)}
          chosen={chosen.length}
          submit={(change) => {
            setAsked(undefined);
            act.mutate({ ids: idsFor(asked), change });
          }}
          close={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
