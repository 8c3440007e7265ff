import { relatedId } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import type { Plan } from '../changes/plan.ts';
import { planQuery } from '../changes/use-plan.ts';
import { viewDocument, type RunView } from '../run/run-view.ts';
import { runQuery } from '../session/reads.ts';

/** One of the two runs. */
export interface Side {
  view: RunView;
  /** null: it has no plan, or the plan is no longer stored. */
  plan: Plan | null;
  configurationId: string | undefined;
}

/** @returns no side while it is being loaded */
export function useSide(id: string): { side: Side | undefined; error: Error | null; retry: () => void } {
  const run = useQuery(runQuery(id));
  const plan = useQuery(planQuery(id));
  const { data } = run;
  const side =
    data === undefined || plan.data === undefined
      ? undefined
      : {
          view: viewDocument(data),
          plan: plan.data,
          configurationId: relatedId(data.data, 'configuration-version'),
        };
  const retry = (): void => {
    void run.refetch();
    void plan.refetch();
  };
  return { side, error: run.error ?? plan.error, retry };
}
