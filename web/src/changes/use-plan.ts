import { ApiError, type OpenAnswer } from '@runwright/client';
import { parseExactJson } from '@runwright/models';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../session/client.ts';
import { readPlan, type JsonPlan, type Plan } from './plan.ts';

async function textOf({ chunks }: OpenAnswer): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/**
 * The changes of a run's plan, without any sensitive value. null: there is no plan, because the run ended before it
 * had one, or because it is no longer stored.
 */
export const planQuery = (runId: string) =>
  queryOptions({
    queryKey: ['plan', runId],
    queryFn: async ({ signal }): Promise<Plan | null> => {
      try {
        const answer = await client.plans.openJsonOfRun(runId, 'redacted', { signal });
        if (answer.status === 204) return null;
        return readPlan(parseExactJson(await textOf(answer)) as JsonPlan);
      } catch (error) {
        if (error instanceof ApiError && error.code === 'not_found') return null;
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
