import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import {
  AGENT_PATH,
  ArtifactName,
  ArtifactReply,
  ClaimRequest,
  ExitRequest,
  FinishRequest,
  HeartbeatReply,
  HeartbeatRequest,
  InputName,
  LEASE_HEADER,
  LogReply,
  Step,
} from '../../../protocol/agent.ts';
import type { Caller } from '../../access/caller.ts';
import { LogGapError } from '../../blobs/log-store.ts';
import { recordExit } from '../../agent-pools/agents.ts';
import { recordServerRunnerExit } from '../../agent-pools/server-runners.ts';
import type { Platform } from '../../context.ts';
import { bytes, json, nothing, refusal } from '../../http/answers.ts';
import { endpoint, HIJACKED, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import { refuse } from '../../http/refusal.ts';
import { claimStep } from '../claim.ts';
import {
  appendLog,
  finishStep,
  heartbeat,
  openInput,
  readHeldStep,
  requireRunning,
  storeArtifact,
  storeState,
} from '../steps.ts';

const StepParams = z.object({ id: z.string() });
const LogQuery = z.object({
  offset: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a number of bytes')
    .transform(Number),
});
const StateQuery = z.object({
  sequence: z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int()),
});
const MAX_LOG_PART_BYTES = 8 * 1024 * 1024;

/** The runner's side of the API: src/protocol/agent.ts documents each call. */
export function agentEndpoints(platform: Platform): Endpoint<Caller>[] {
  const held = async (raw: { headers: Record<string, unknown> }, id: string) =>
    await readHeldStep(platform, id, raw.headers[LEASE_HEADER]);
  const stepUrl = `${AGENT_PATH}/steps/:id`;
  return [
    endpoint({
      method: 'POST',
      url: `${AGENT_PATH}/claim`,
      summary: 'Take the next step',
      access: 'agent',
      params: z.object({}),
      body: ClaimRequest,
      answers: { 200: json(Step), 204: nothing },
      handle: async ({ caller, body, raw, reply }) => {
        const poolId = caller.kind === 'agent' ? caller.agentPoolId : null;
        const step = await claimStep(platform, body, { poolId, address: raw.ip }, goneSignal(reply));
        return step === undefined ? { status: 204 } : { status: 200, body: step };
      },
    }),
    endpoint({
      method: 'POST',
      url: `${AGENT_PATH}/exit`,
      summary: 'Say that an agent takes no more steps',
      access: 'agent',
      params: z.object({}),
      body: ExitRequest,
      answers: { 200: json(z.object({})) },
      handle: async ({ caller, body }) => {
        // The built-in runner and runners with the server's own token are in no pool.
        const poolId = caller.kind === 'agent' ? caller.agentPoolId : null;
        if (poolId === null) await recordServerRunnerExit(platform, body.identity);
        else await recordExit(platform, poolId, body.identity);
        return { status: 200, body: {} };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${stepUrl}/inputs/:name`,
      summary: 'Download what a step works on',
      access: 'agent',
      params: StepParams.extend({ name: InputName }),
      answers: { 200: bytes('application/octet-stream'), 409: refusal },
      handle: async ({ params, raw, reply }) => {
        const input = await openInput(platform, await held(raw, params.id), params.name);
        await reply.header('Content-Type', 'application/octet-stream').send(input);
        return HIJACKED;
      },
    }),
    endpoint({
      method: 'POST',
      url: `${stepUrl}/heartbeat`,
      summary: 'Renew the lease and wait for a signal',
      access: 'agent',
      params: StepParams,
      body: HeartbeatRequest,
      answers: { 200: json(HeartbeatReply) },
      handle: async ({ params, body, raw, reply }) => {
        const step = await held(raw, params.id);
        return { status: 200, body: await heartbeat(platform, step, body.waitMs, goneSignal(reply)) };
      },
    }),
    endpoint({
      method: 'PUT',
      url: `${stepUrl}/log`,
      summary: 'Append to the log of a step',
      access: 'agent',
      params: StepParams,
      query: LogQuery,
      streamed: true,
      answers: { 200: json(LogReply), 409: json(LogReply) },
      handle: async ({ params, query, raw }) => {
        const step = await held(raw, params.id);
        requireRunning(step);
        const bytes = await readBody(streamedBody(raw));
        try {
          const lengthBytes = await appendLog(platform, step, query.offset, bytes);
          return { status: 200, body: { lengthBytes } };
        } catch (error) {
          if (!(error instanceof LogGapError)) throw error;
          return { status: 409, body: { lengthBytes: error.lengthBytes } };
        }
      },
    }),
    endpoint({
      method: 'PUT',
      url: `${stepUrl}/state`,
      summary: 'Report the state an apply has made so far',
      access: 'agent',
      params: StepParams,
      query: StateQuery,
      streamed: true,
      answers: { 200: json(z.object({})) },
      handle: async ({ params, query, raw }) => {
        await storeState(platform, await held(raw, params.id), query.sequence, streamedBody(raw));
        return { status: 200, body: {} };
      },
    }),
    endpoint({
      method: 'PUT',
      url: `${stepUrl}/artifacts/:name`,
      summary: 'Store what a step has made',
      access: 'agent',
      params: StepParams.extend({ name: ArtifactName }),
      streamed: true,
      answers: { 200: json(ArtifactReply) },
      handle: async ({ params, raw }) => {
        const step = await held(raw, params.id);
        return { status: 200, body: await storeArtifact(platform, step, params.name, streamedBody(raw)) };
      },
    }),
    endpoint({
      method: 'POST',
      url: `${stepUrl}/finish`,
      summary: 'End a step',
      access: 'agent',
      params: StepParams,
      body: FinishRequest,
      answers: { 200: json(z.object({})) },
      handle: async ({ params, body, raw }) => {
        await finishStep(platform, await held(raw, params.id), body);
        return { status: 200, body: {} };
      },
    }),
  ];
}

async function readBody(body: Readable): Promise<Buffer> {
  let length = 0;
  body.on('data', (part: Buffer) => {
    length += part.length;
    if (length > MAX_LOG_PART_BYTES) body.destroy();
  });
  return await buffer(body).catch(() =>
    refuse('too_large', `Send a log in parts of at most ${MAX_LOG_PART_BYTES} bytes.`),
  );
}
