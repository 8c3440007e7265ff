import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { client } from '../session/client.ts';
import type { RunView } from './run-view.ts';
import classes from './run-list.module.css';

const R = words.page.runs;

/** Cancels or discards the chosen runs for which it is possible, and shows their number. */
export function BulkBar({ chosen, clear }: { chosen: readonly RunView[]; clear: () => void }) {
  const queries = useQueryClient();
  const may = (action: string, right: string): readonly string[] =>
    chosen
      .filter(({ run: { attributes: a } }) => a.actions?.[action] === true && a.permissions?.[right] === true)
      .map(({ run }) => run.id);
  const cancelable = may('is-cancelable', 'can-cancel');
  const discardable = may('is-discardable', 'can-discard');
  const act = useMutation({
    mutationFn: async ({ ids, action }: { ids: readonly string[]; action: 'cancel' | 'discard' }) => {
      const results = await Promise.allSettled(ids.map((id) => client.runs[action](id)));
      return results.filter(({ status }) => status === 'rejected').length;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  });
  return (
    <div className={classes['bulk']} role="region" aria-label={R.selected(chosen.length)}>
      <span role="status">
        {R.selected(chosen.length)}
        {act.isSuccess && ` · ${R.bulkDone((act.variables?.ids.length ?? 0) - act.data, act.data)}`}
      </span>
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
        <Button variant="subtle" color="gray" onClick={clear}>
          {words.form.cancel}
        </Button>
      </span>
    </div>
  );
}
