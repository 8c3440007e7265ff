import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AGENT_PATH,
  FinishRequest,
  LEASE_HEADER,
  type HeartbeatReply,
  type Step,
  ClaimRequest,
  ExitRequest,
} from '../../src/protocol/agent.ts';

/** The parts of a step that a test sets; the rest has plain defaults. */
export interface StepWish {
  phase: 'plan' | 'apply';
  configuration: Buffer;
  state?: Buffer;
  plan?: Buffer;
  folder?: Buffer;
  run?: Partial<Step['run']>;
  workspace?: Partial<Step['workspace']>;
  variables?: Partial<Step['variables'][number]>[];
  engineVersion?: string;
  engine?: Step['engine'];
  sshKey?: string;
  runToken?: Step['runToken'];
}

/** One step and everything that the runner reported about it. */
export interface ServedStep {
  step: Step;
  lease: string;
  log: Buffer;
  states: Buffer[];
  artifacts: Map<string, Buffer>;
  heartbeats: number;
  finish?: FinishRequest;
  signal: HeartbeatReply['signal'];
  /** Resolves to the outcome. */
  finished: Promise<FinishRequest>;
}

/** A small server that speaks the agent protocol and can misbehave. */
export interface AgentServer {
  url: string;
  /** The identities that have asked for work, and those that have said that they exit. */
  claims: ReadonlySet<string>;
  exits: readonly string[];
  enqueue(wish: StepWish): ServedStep;
  /** Breaks the connection of matching requests until undone; with `after`, the server has done the work by then. */
  breakWhile(matches: (method: string, path: string) => boolean, when: 'before' | 'after'): () => void;
  /** Drops all steps that have not been claimed yet. */
  forget(): void;
  /** Stops listening until {@link resume} opens the same port again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const LEASE_MS = 30_000;

export async function startAgentServer(token: string): Promise<AgentServer> {
  const steps = new Map<
    string,
    ServedStep & { inputs: Map<string, Buffer>; settle(finish: FinishRequest): void }
  >();
  const queue: string[] = [];
  const claims = new Set<string>();
  const exits: string[] = [];
  const breakers = new Set<{
    matches: (method: string, path: string) => boolean;
    when: 'before' | 'after';
  }>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.slice(AGENT_PATH.length);
    const method = request.method ?? '';
    const isBroken = (when: 'before' | 'after') =>
      [...breakers].some((each) => each.when === when && each.matches(method, path));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (isBroken('before')) return void request.socket.destroy();
    const answer = await respond(method, path, searchParams, Buffer.concat(chunks), request);
    if (isBroken('after')) return void request.socket.destroy();
    const body = Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body ?? {});
    response.writeHead(answer.status);
    response.end(answer.status === 204 ? undefined : body);
  }

  async function respond(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Buffer,
    request: IncomingMessage,
  ): Promise<{ status: number; body?: unknown }> {
    if (request.headers.authorization !== `Bearer ${token}`) return { status: 401 };
    if (method === 'POST' && path === '/claim') {
      const { waitMs, identity = '' } = ClaimRequest.parse(JSON.parse(body.toString()));
      claims.add(identity);
      const giveUpAt = Date.now() + waitMs;
      while (queue.length === 0 && Date.now() < giveUpAt && !request.socket.destroyed) await sleep(5);
      const id = request.socket.destroyed ? undefined : queue.shift();
      return id === undefined ? { status: 204 } : { status: 200, body: steps.get(id)?.step };
    }
    if (method === 'POST' && path === '/exit') {
      exits.push(ExitRequest.parse(JSON.parse(body.toString())).identity);
      return { status: 200, body: {} };
    }
    const [, id = '', call = '', name = ''] = /^\/steps\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const served = steps.get(id);
    if (!served) return { status: 404 };
    const isOwner = request.headers[LEASE_HEADER] === served.lease;
    // A late state is accepted even after the lease is lost.
    if (!isOwner && !(call === 'state' && request.headers[LEASE_HEADER] === served.step.lease))
      return { status: 409 };
    switch (`${method} ${call}`) {
      case 'GET inputs':
        return { status: 200, body: served.inputs.get(name) };
      case 'POST heartbeat': {
        served.heartbeats++;
        const giveUpAt = Date.now() + Number((JSON.parse(body.toString()) as { waitMs: number }).waitMs);
        const lease = served.lease;
        while (
          served.signal === 'none' &&
          served.lease === lease &&
          served.finish === undefined &&
          Date.now() < giveUpAt &&
          !request.socket.destroyed
        ) {
          await sleep(5);
        }
        if (served.lease !== lease || served.finish !== undefined) return { status: 409 };
        return { status: 200, body: { signal: served.signal } };
      }
      case 'PUT log': {
        const offset = Number(query.get('offset'));
        if (offset > served.log.length) return { status: 409, body: { lengthBytes: served.log.length } };
        served.log = Buffer.concat([
          served.log,
          body.subarray(Math.min(served.log.length - offset, body.length)),
        ]);
        return { status: 200, body: { lengthBytes: served.log.length } };
      }
      case 'PUT state':
        served.states.push(body);
        return { status: 200 };
      case 'PUT artifacts':
        served.artifacts.set(name, body);
        return { status: 200, body: { sha256: sha256(body), sizeBytes: body.length } };
      case 'POST finish':
        served.finish = FinishRequest.parse(JSON.parse(body.toString()));
        served.settle(served.finish);
        return { status: 200 };
      default:
        return { status: 404 };
    }
  }

  let server: Server;
  let port = 0;
  async function listen(): Promise<void> {
    server = createServer((request, response) => {
      handle(request, response).catch((error: unknown) => {
        response.writeHead(422).end(String(error));
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }
  async function unlisten(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    claims,
    exits,
    enqueue(wish) {
      const id = `${wish.phase}-${randomUUID()}`;
      const lease = randomUUID();
      let settle = (_finish: FinishRequest) => {};
      const finished = new Promise<FinishRequest>((resolve) => (settle = resolve));
      const inputs = new Map<string, Buffer>([['configuration', wish.configuration]]);
      if (wish.state) inputs.set('state', wish.state);
      if (wish.plan) inputs.set('plan', wish.plan);
      if (wish.folder) inputs.set('folder', wish.folder);
      const step = makeStep(id, lease, wish);
      const served = {
        ...{ step, lease, inputs, finished, settle, log: Buffer.alloc(0), states: [], heartbeats: 0 },
        ...{ artifacts: new Map<string, Buffer>(), signal: 'none' as const },
      };
      steps.set(id, served);
      queue.push(id);
      return served;
    },
    breakWhile(matches, when) {
      const breaker = { matches, when };
      breakers.add(breaker);
      return () => void breakers.delete(breaker);
    },
    forget: () => void queue.splice(0),
    pause: unlisten,
    resume: listen,
    close: unlisten,
  };
}

function makeStep(id: string, lease: string, wish: StepWish): Step {
  const describe = (bytes: Buffer) => ({ sha256: sha256(bytes), sizeBytes: bytes.length });
  const stateFacts = wish.state && (JSON.parse(wish.state.toString()) as { serial: number; lineage: string });
  return {
    protocol: 1,
    id,
    phase: wish.phase,
    lease,
    leaseMs: LEASE_MS,
    run: {
      ...{ id: `run-${randomUUID()}`, isDestroy: false, refresh: true, refreshOnly: false, planOnly: false },
      ...{
        allowConfigGeneration: false,
        debuggingMode: false,
        targetAddrs: [],
        replaceAddrs: [],
        invokeActionAddrs: [],
      },
      ...wish.run,
    },
    organization: { name: 'acme' },
    project: { name: 'Default Project' },
    workspace: {
      id: 'ws-1',
      name: 'prod',
      workingDirectory: '',
      structuredRunOutput: true,
      ...wish.workspace,
    },
    engineVersion: wish.engineVersion ?? '1.11.4',
    engine: wish.engine ?? null,
    variables: (wish.variables ?? []).map((variable) => ({
      ...{ key: 'name', value: '', category: 'terraform', form: 'auto', sensitive: false },
      ...variable,
    })),
    sshKey: wish.sshKey ?? null,
    runToken: wish.runToken ?? null,
    inputs: {
      configuration: describe(wish.configuration),
      state:
        wish.state && stateFacts
          ? { ...describe(wish.state), serial: stateFacts.serial, lineage: stateFacts.lineage }
          : null,
      plan: wish.plan ? describe(wish.plan) : null,
      folder: wish.folder ? describe(wish.folder) : null,
    },
  };
}
