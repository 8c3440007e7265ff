import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { actOnEach } from '../bulk/act-on-each.ts';
import { BulkBar, type Outcome } from '../bulk/bulk-bar.tsx';
import { client } from '../session/client.ts';
import type { RunView } from './run-view.ts';

const R = words.page.runs;

interface Props {
  chosen: readonly RunView[];
  /** Selects these runs only. */
  keep: (ids: ReadonlySet<string>) => void;
}

/** Cancels or discards the chosen runs for which it is possible, and shows their number. */
export function RunBulkBar({ chosen, keep }: Props) {
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome>();
  const may = (action: string, right: string): readonly string[] =>
    chosen
      .filter(({ run: { attributes: a } }) => a.actions?.[action] === true && a.permissions?.[right] === true)
      .map(({ run }) => run.id);
  const cancelable = may('is-cancelable', 'can-cancel');
  const discardable = may('is-discardable', 'can-discard');
  const act = useMutation({
    mutationFn: ({ ids, action }: { ids: readonly string[]; action: 'cancel' | 'discard' }) =>
      actOnEach(ids, (id) => client.runs[action](id)),
    onSuccess: ({ done, refused }) => {
      const nameOf = new Map(chosen.map(({ run, message }) => [run.id, message]));
      setOutcome({
        done: done.size,
        refused: [...refused].map(([id, why]) => ({ id, name: nameOf.get(id) ?? id, why })),
      });
      keep(new Set(chosen.map(({ run }) => run.id).filter((id) => !done.has(id))));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  });
  return (
    <BulkBar
      selected={chosen.length > 0 ? R.selected(chosen.length) : ''}
      outcome={outcome}
      clear={() => {
        setOutcome(undefined);
        keep(new Set());
      }}
    >
      <Button
        variant="default"
        disabled={cancelable.length === 0}
        loading={act.isPending}
        onClick={() => act.mutate({ ids: cancelable, action: 'cancel' })}
      >
        {R.cancelSome(cancelable.length)}
      </Button>
      <Button
        variant="default"
        disabled={discardable.length === 0}
        loading={act.isPending}
        onClick={() => act.mutate({ ids: discardable, action: 'discard' })}
      >
        {R.discardSome(discardable.length)}
      </Button>
    </BulkBar>
  );
}
