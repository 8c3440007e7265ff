import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { agentResource, AgentSchema } from '../document.ts';
import { setDrained } from '../drain.ts';

/** Only on Runwright: an agent is taken out of use before its machine is, without ending what it works on. */
export function agentActionEndpoints(platform: Platform): Endpoint<Caller>[] {
  return (
    [
      ['drain', 'Give an agent no new steps; what it works on goes on to its end', true],
      ['resume', 'Give a drained agent steps again', false],
    ] as const
  ).map(([action, summary, drained]) =>
    endpoint({
      method: 'POST',
      url: `/api/v2/agents/:id/actions/${action}`,
      summary,
      access: 'account',
      permission: 'organization:manage-agent-pools',
      params: IdParams,
      answers: { 200: documentOf(AgentSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: agentResource(await setDrained(platform, caller, params.id, drained)) },
      }),
    }),
  );
}
