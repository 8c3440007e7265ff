import { randomBytes } from 'node:crypto';
import {
  AGENT_PATH,
  AGENT_PROTOCOL,
  ArtifactReply,
  HeartbeatReply,
  LEASE_HEADER,
  LogReply,
  Step,
  type ArtifactName,
  type FinishRequest,
  type InputName,
} from '../../protocol/agent.ts';
import { hostPlatform } from '../engines/host-platform.ts';
import { LeaseLost, ServerAway, ServerRefused } from './errors.ts';

/** What a step's calls need. */
export interface StepKey {
  id: string;
  lease: string;
}

/** One call each, without repetition. Errors: {@link LeaseLost}, {@link ServerAway}, {@link ServerRefused}. */
export interface AgentClient {
  claim(name: string, waitMs: number, signal: AbortSignal): Promise<Step | undefined>;
  /** Says that this process claims no more. */
  exit(): Promise<void>;
  readInput(step: StepKey, name: InputName): Promise<Response>;
  heartbeat(step: StepKey, waitMs: number, signal: AbortSignal): Promise<HeartbeatReply['signal']>;
  /** The log's length at the server afterwards, also when it differs from what `offset` assumed. */
  writeLog(step: StepKey, offset: number, bytes: Uint8Array): Promise<number>;
  /** `sequence`: which of the step's states it is; the server keeps the one of the highest. */
  putState(step: StepKey, state: Uint8Array, sequence: number): Promise<void>;
  putArtifact(step: StepKey, name: ArtifactName, bytes: Uint8Array): Promise<ArtifactReply>;
  finish(step: StepKey, request: FinishRequest): Promise<void>;
}

interface Call {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  lease?: string;
  json?: unknown;
  bytes?: Uint8Array;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Statuses that a proxy or a restarting server gives. */
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);
const CALL_TIMEOUT_MS = 60_000;
/** Nobody waits long for a goodbye. */
const EXIT_TIMEOUT_MS = 2_000;
/** Bodies can be large and lines slow; the lease, not this, bounds a step. */
const BODY_TIMEOUT_MS = 10 * 60_000;
/** Long-polls get this much on top of what they asked for. */
const POLL_SLACK_MS = 15_000;

/** `url` is the server's base address; plain fetch, so any server that speaks the protocol will do. */
export function createAgentClient(url: string, token: string): AgentClient {
  const identity = randomBytes(12).toString('base64url');
  const base = url.replace(/\/+$/, '') + AGENT_PATH;

  async function send(call: Call): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (call.lease !== undefined) headers[LEASE_HEADER] = call.lease;
    if (call.json !== undefined) headers['content-type'] = 'application/json';
    else if (call.bytes !== undefined) headers['content-type'] = 'application/octet-stream';
    const timeout = AbortSignal.timeout(call.timeoutMs);
    try {
      return await fetch(base + call.path, {
        method: call.method,
        headers,
        body: call.json !== undefined ? JSON.stringify(call.json) : call.bytes,
        // A redirect would carry the token and the lease to wherever it points.
        redirect: 'error',
        signal: call.signal ? AbortSignal.any([timeout, call.signal]) : timeout,
      });
    } catch (error) {
      if (call.signal?.aborted) throw error;
      throw new ServerAway(`${call.method} ${call.path}: ${describe(error)}`, { cause: error });
    }
  }

  /** The answer when it is a success, or a 409 that is the caller's to read; everything else is an error. */
  async function expect(call: Call, conflictIsAnswer = false): Promise<Response> {
    const response = await send(call);
    if (response.ok || (conflictIsAnswer && response.status === 409)) return response;
    const text = (await response.text().catch(() => '')).slice(0, 500);
    const message = `${call.method} ${call.path}: ${response.status} ${text}`;
    // 404: the step itself is gone, with its workspace for instance.
    if (call.lease !== undefined && (response.status === 409 || response.status === 404))
      throw new LeaseLost(message);
    if (PASSING_STATUSES.has(response.status)) throw new ServerAway(message);
    throw new ServerRefused(response.status, message);
  }

  async function readJson(response: Response): Promise<unknown> {
    try {
      return await response.json();
    } catch (error) {
      throw new ServerAway(`answer of ${response.url}: ${describe(error)}`, { cause: error });
    }
  }

  const stepPath = (step: StepKey, rest: string) => `/steps/${encodeURIComponent(step.id)}/${rest}`;

  return {
    async claim(name, waitMs, signal) {
      const json = { protocol: AGENT_PROTOCOL, name, identity, platform: hostPlatform(), waitMs };
      const response = await expect({
        method: 'POST',
        path: '/claim',
        json,
        timeoutMs: waitMs + POLL_SLACK_MS,
        signal,
      });
      if (response.status === 204) return undefined;
      return Step.parse(await readJson(response));
    },

    async exit() {
      await expect({ method: 'POST', path: '/exit', json: { identity }, timeoutMs: EXIT_TIMEOUT_MS });
    },

    readInput(step, name) {
      const path = stepPath(step, `inputs/${name}`);
      return expect({ method: 'GET', path, lease: step.lease, timeoutMs: BODY_TIMEOUT_MS });
    },

    async heartbeat(step, waitMs, signal) {
      const path = stepPath(step, 'heartbeat');
      const timeoutMs = waitMs + POLL_SLACK_MS;
      const response = await expect({
        method: 'POST',
        path,
        lease: step.lease,
        json: { waitMs },
        timeoutMs,
        signal,
      });
      return HeartbeatReply.parse(await readJson(response)).signal;
    },

    async writeLog(step, offset, bytes) {
      const path = stepPath(step, `log?offset=${offset}`);
      const response = await expect(
        { method: 'PUT', path, lease: step.lease, bytes, timeoutMs: CALL_TIMEOUT_MS },
        true,
      );
      const reply = LogReply.safeParse(await readJson(response));
      if (reply.success) return reply.data.lengthBytes;
      if (response.status === 409) throw new LeaseLost(`PUT ${path}: 409`);
      throw new ServerRefused(response.status, `PUT ${path}: the answer has no lengthBytes`);
    },

    async putState(step, state, sequence) {
      const path = stepPath(step, `state?sequence=${sequence}`);
      await expect({ method: 'PUT', path, lease: step.lease, bytes: state, timeoutMs: BODY_TIMEOUT_MS });
    },

    async putArtifact(step, name, bytes) {
      const path = stepPath(step, `artifacts/${name}`);
      const response = await expect({
        method: 'PUT',
        path,
        lease: step.lease,
        bytes,
        timeoutMs: BODY_TIMEOUT_MS,
      });
      return ArtifactReply.parse(await readJson(response));
    },

    async finish(step, request) {
      const path = stepPath(step, 'finish');
      await expect({ method: 'POST', path, lease: step.lease, json: request, timeoutMs: CALL_TIMEOUT_MS });
    },
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
