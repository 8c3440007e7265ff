import { ApiError } from '@runwright/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../session/client.ts';
import type { RunAction } from './copy-as.ts';

/** Carries an action out once, and makes every page reload the data that it may have changed. */
export function useRunAction(runId: string, action: RunAction, done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (comment: string) => {
      switch (action) {
        case 'apply':
          return await client.runs.apply(runId, { comment });
        case 'approve':
          return await client.runs.approve(runId, { comment });
        case 'discard':
          return await client.runs.discard(runId, { comment });
        case 'cancel':
          return await client.runs.cancel(runId, { comment });
        case 'force-cancel':
          return await client.runs.forceCancel(runId, { comment });
        case 'force-execute':
          return await client.runs.forceExecute(runId);
      }
    },
    onSuccess: done,
    // Also after a refusal, since it means that the page showed old data. Without a session nothing can be reloaded.
    onSettled: (_, error) => {
      if (error instanceof ApiError && error.code === 'unauthorized') return;
      for (const key of ['run', 'runs', 'events', 'comments', 'gates', 'workspace', 'workspaces']) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
}
