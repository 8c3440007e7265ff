import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { client } from '../session/client.ts';
import type { RunView } from './run-view.ts';
import classes from './run-list.module.css';

const R = words.page.runs;
/** Runs acted on at the same time: more would only wait in the browser, and reach the server's limits. */
const AT_ONCE = 6;

interface Props {
  chosen: readonly RunView[];
  /** Selects these runs only. */
  keep: (ids: ReadonlySet<string>) => void;
}

/** Cancels or discards the chosen runs for which it is possible, and shows their number. */
export function BulkBar({ chosen, keep }: Props) {
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState('');
  const may = (action: string, right: string): readonly string[] =>
    chosen
      .filter(({ run: { attributes: a } }) => a.actions?.[action] === true && a.permissions?.[right] === true)
      .map(({ run }) => run.id);
  const cancelable = may('is-cancelable', 'can-cancel');
  const discardable = may('is-discardable', 'can-discard');
  const act = useMutation({
    mutationFn: async ({ ids, action }: { ids: readonly string[]; action: 'cancel' | 'discard' }) => {
      const done = new Set<string>();
      const left = [...ids];
      const work = async (): Promise<void> => {
        for (let id = left.shift(); id !== undefined; id = left.shift()) {
          const acted = id;
          await client.runs[action](acted).then(
            () => done.add(acted),
            // A run that has gone on meanwhile is counted as refused, and stays selected.
            () => undefined,
          );
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return done;
    },
    onSuccess: (done, { ids }) => {
      setOutcome(R.bulkDone(done.size, ids.length - done.size));
      keep(new Set(chosen.map(({ run }) => run.id).filter((id) => !done.has(id))));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  });
  if (chosen.length === 0 && outcome === '') return null;
  const text = [chosen.length > 0 ? R.selected(chosen.length) : '', outcome].filter(Boolean).join(' · ');
  return (
    <div className={classes['bulk']} role="region" aria-label={R.selected(chosen.length)}>
      <span role="status">{text}</span>
      <span className="row" style={{ marginLeft: 'auto' }}>
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
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            setOutcome('');
            keep(new Set());
          }}
        >
          {words.form.cancel}
        </Button>
      </span>
    </div>
  );
}
