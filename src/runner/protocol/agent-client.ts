import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
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
import { STORE_PATH, StoreReply, type StoreReport } from '../../protocol/provider-store.ts';
import { hostPlatform } from '../host-platform.ts';
import { LeaseLost, ServerAway, ServerRefused } from './errors.ts';
import { createHttpCaller, readText } from './http-call.ts';

/** The id and lease that a step's calls need. */
export interface StepKey {
  id: string;
  lease: string;
}

/** Each method makes one call without retries. Errors: {@link LeaseLost}, {@link ServerAway}, {@link ServerRefused}. */
export interface AgentClient {
  claim(name: string, waitMs: number, signal: AbortSignal): Promise<Step | undefined>;
  /** Tells the server that this process stops claiming. */
  exit(): Promise<void>;
  /** Tells of the kept providers, and waits for orders for them. */
  reportStore(report: Omit<StoreReport, 'protocol' | 'identity'>, signal: AbortSignal): Promise<StoreReply>;
  readInput(step: StepKey, name: InputName): Promise<IncomingMessage>;
  heartbeat(step: StepKey, waitMs: number, signal: AbortSignal): Promise<HeartbeatReply['signal']>;
  /** @returns the log's length at the server afterwards, also when it differs from what `offset` assumed */
  writeLog(step: StepKey, offset: number, bytes: Uint8Array): Promise<number>;
  /** `sequence`: the number of the state within the step; the server keeps the state with the highest one. */
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

/** Statuses of a proxy or a restarting server, which pass. */
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);
const CALL_TIMEOUT_MS = 60_000;
/** Leaving is not worth a longer wait. */
const EXIT_TIMEOUT_MS = 2_000;
/** Bodies can be large and lines slow; the lease bounds a step, not this. */
const BODY_TIMEOUT_MS = 10 * 60_000;
/** A long-poll gets this much on top of its own time. */
const POLL_SLACK_MS = 15_000;

/** @param url the base address of any server that speaks the protocol */
export function createAgentClient(url: string, token: string): AgentClient {
  const identity = randomBytes(12).toString('base64url');
  const callHttp = createHttpCaller();
  const base = url.replace(/\/+$/, '') + AGENT_PATH;

  async function send(call: Call): Promise<IncomingMessage> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (call.lease !== undefined) headers[LEASE_HEADER] = call.lease;
    if (call.json !== undefined) headers['content-type'] = 'application/json';
    else if (call.bytes !== undefined) headers['content-type'] = 'application/octet-stream';
    const timeout = AbortSignal.timeout(call.timeoutMs);
    try {
      return await callHttp(base + call.path, {
        method: call.method,
        headers,
        body: call.json !== undefined ? JSON.stringify(call.json) : call.bytes,
        signal: call.signal ? AbortSignal.any([timeout, call.signal]) : timeout,
      });
    } catch (error) {
      if (call.signal?.aborted) throw error;
      throw new ServerAway(`${call.method} ${call.path}: ${describe(error)}`, { cause: error });
    }
  }

  /** The answer if it is a success, or a 409 that the caller reads itself; everything else is an error. */
  async function expect(call: Call, conflictIsAnswer = false): Promise<IncomingMessage> {
    const response = await send(call);
    const status = response.statusCode ?? 0;
    if ((status >= 200 && status < 300) || (conflictIsAnswer && status === 409)) return response;
    const message = `${call.method} ${call.path}: ${status} ${await readReason(response)}`;
    // 404: the step no longer exists, for instance because its workspace is gone.
    if (call.lease !== undefined && (status === 409 || status === 404)) throw new LeaseLost(message);
    if (PASSING_STATUSES.has(status)) throw new ServerAway(message);
    throw new ServerRefused(status, message);
  }

  async function readJson(response: IncomingMessage): Promise<unknown> {
    try {
      return JSON.parse(await readText(response));
    } catch (error) {
      throw new ServerAway(`answer of ${url}: ${describe(error)}`, { cause: error });
    }
  }

  /** For answers without content; the connection is free for the next call afterwards. */
  async function tell(call: Call): Promise<void> {
    (await expect(call)).resume();
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
      if (response.statusCode === 204) {
        response.resume();
        return undefined;
      }
      return Step.parse(await readJson(response));
    },

    async exit() {
      await tell({ method: 'POST', path: '/exit', json: { identity }, timeoutMs: EXIT_TIMEOUT_MS });
    },

    async reportStore(report, signal) {
      const json = { protocol: AGENT_PROTOCOL, identity, ...report };
      const timeoutMs = report.waitMs + POLL_SLACK_MS;
      const response = await expect({ method: 'POST', path: STORE_PATH, json, timeoutMs, signal });
      return StoreReply.parse(await readJson(response));
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
      if (response.statusCode === 409) throw new LeaseLost(`PUT ${path}: 409`);
      throw new ServerRefused(response.statusCode ?? 0, `PUT ${path}: the answer has no lengthBytes`);
    },

    async putState(step, state, sequence) {
      const path = stepPath(step, `state?sequence=${sequence}`);
      await tell({ method: 'PUT', path, lease: step.lease, bytes: state, timeoutMs: BODY_TIMEOUT_MS });
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
      await tell({ method: 'POST', path, lease: step.lease, json: request, timeoutMs: CALL_TIMEOUT_MS });
    },
  };
}

/** What an answer says of itself. A proxy before the server answers with a page, which belongs in no log. */
async function readReason(response: IncomingMessage): Promise<string> {
  const text = (await readText(response).catch(() => '')).trim();
  if (!text.startsWith('<')) return text.slice(0, 500);
  return `${response.statusMessage} (a page of something before the server, such as its proxy)`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The failures of several addresses of one host come as one error without a text of its own.
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
