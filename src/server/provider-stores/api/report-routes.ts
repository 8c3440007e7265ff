import * as z from 'zod';
import { AGENT_PATH } from '../../../protocol/agent.ts';
import { STORE_PATH, StoreReply, StoreReport } from '../../../protocol/provider-store.ts';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { json } from '../../http/answers.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import { acceptReport } from '../report.ts';

/** The runner's side: src/protocol/provider-store.ts documents the call. */
export function storeReportEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'POST',
      url: `${AGENT_PATH}${STORE_PATH}`,
      summary: 'Report the providers that a runner keeps, and take orders for them',
      access: 'agent',
      params: z.object({}),
      body: StoreReport,
      answers: { 200: json(StoreReply) },
      handle: async ({ caller, body, reply }) => {
        const poolId = caller.kind === 'agent' ? caller.agentPoolId : null;
        return { status: 200, body: await acceptReport(platform, poolId, body, goneSignal(reply)) };
      },
    }),
  ];
}
