import { queryOptions } from '@tanstack/react-query';
import { client } from '../session/client.ts';

/** Queries about the checks before an apply. Their keys begin with the same two words: an event reloads all. */
export const costQuery = (runId: string, estimateId: string) =>
  queryOptions({
    queryKey: ['gates', runId, 'cost', estimateId],
    queryFn: ({ signal }) => client.costEstimates.read(estimateId, { signal }),
  });

export const policyChecksQuery = (runId: string) =>
  queryOptions({
    queryKey: ['gates', runId, 'policies'],
    queryFn: ({ signal }) => client.policyChecks.ofRun(runId, { signal }),
  });

export const outcomesQuery = (runId: string, evaluationId: string, checkStatus: string) =>
  queryOptions({
    queryKey: ['gates', runId, 'outcomes', evaluationId, checkStatus],
    queryFn: ({ signal }) => client.policyEvaluations.outcomes(evaluationId, { pageSize: 100, signal }),
  });

export const taskStagesQuery = (runId: string) =>
  queryOptions({
    queryKey: ['gates', runId, 'tasks'],
    queryFn: ({ signal }) =>
      client.taskStages.ofRun(runId, { include: ['task_results'], pageSize: 100, signal }),
  });

export const taskOutcomesQuery = (runId: string, resultId: string, status: string) =>
  queryOptions({
    queryKey: ['gates', runId, 'task-outcomes', resultId, status],
    queryFn: ({ signal }) => client.taskResults.outcomes(resultId, { pageSize: 100, signal }),
  });

export const approvalsQuery = (runId: string) =>
  queryOptions({
    queryKey: ['gates', runId, 'approvals'],
    queryFn: ({ signal }) => client.approvals.ofRun(runId, { signal }),
    retry: false,
  });
