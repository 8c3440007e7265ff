import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { CallbackBody, saidIn } from '../callback-body.ts';
import { settleResult } from '../settle.ts';

/** The endpoints for the services of run tasks (api-contract §4.7). */
export function taskCallEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'PATCH',
      url: '/api/v2/task-results/:id/callback',
      summary:
        'Say how far a run task has come, or how it ended; the token is good for this result, until it has ended',
      example: {
        data: {
          type: 'task-results',
          attributes: {
            status: 'passed',
            message: '4 passed, 0 skipped, 0 failed',
            url: 'https://scanner.example.com/runs/17',
          },
        },
      },
      access: 'task',
      params: IdParams,
      body: CallbackBody,
      bodyType: 'task-results',
      answers: { 200: nothing },
      handle: async ({ caller, params, body }) => {
        // The token is for another result, or its result ended while the request was on its way.
        if (caller.kind !== 'task' || caller.taskResultId !== params.id) refuse('unauthorized');
        if (!(await settleResult(platform, caller, params.id, saidIn(body)))) refuse('unauthorized');
        return { status: 200 };
      },
    }),
  ];
}
