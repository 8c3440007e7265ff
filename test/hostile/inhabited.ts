/**
 * An organization with one of everything that the API can make from its own description. A new kind of resource
 * is included as soon as it is described.
 */
import { SOME_ARCHIVE } from '../runner/configuration-archive.ts';
import fc from 'fast-check';
import { claim } from '../support/scripted-runner.ts';
import type { TestServer } from '../support/server.ts';
import { operationsOf, type ApiDescription, type ApiOperation } from './api-operations.ts';
import { valuesOf } from './schema-values.ts';

/** The known contents of an organization: ids by type, and addresses that hold a signature. */
export class Inhabitants {
  readonly idsByType = new Map<string, string[]>();
  readonly signedPaths: string[] = [];
  organization: string;
  private readonly url: string;

  constructor(organization: string, url: string) {
    this.organization = organization;
    this.url = url;
  }

  /** Remembers the ids, names and signed addresses in a JSON answer. */
  note(value: unknown): void {
    if (typeof value === 'string' && value.startsWith(`${this.url}/`)) {
      const path = value.slice(this.url.length);
      if (!this.signedPaths.includes(path)) this.signedPaths.push(path);
    }
    if (typeof value !== 'object' || value === null) return;
    const { id, type, attributes } = value as {
      id?: unknown;
      type?: unknown;
      attributes?: Record<string, unknown>;
    };
    if (typeof id === 'string' && typeof type === 'string') {
      this.add(type, id);
      for (const word of ['name', 'provider', 'version']) {
        const said = attributes?.[word];
        if (typeof said === 'string') this.add(`${word} of ${type}`, said);
      }
    }
    for (const child of Object.values(value)) this.note(child);
  }

  private add(type: string, id: string): void {
    const ids = this.idsByType.get(type) ?? [];
    if (!ids.includes(id)) ids.push(id);
    this.idsByType.set(type, ids);
  }

  /** The path of an operation with a value for each parameter: the `index`th of the known ones. */
  pathOf({ path }: ApiOperation, index: number): string {
    return path.replaceAll(/([^/]*)\/\{([^}]+)\}/g, (_all, names: string, parameter: string) => {
      return `${names}/${encodeURIComponent(this.pickParameter(names, parameter, index))}`;
    });
  }

  /** A value for a path parameter, chosen by its name and by the segment before it. */
  pickParameter(names: string, parameter: string, index: number): string {
    if (parameter === 'namespace') return this.organization;
    const kinds = [parameter === 'name' ? `name of ${names}` : '', ...(NAMED[parameter] ?? [])];
    const known = kinds.flatMap((kind) => this.idsByType.get(kind) ?? []);
    if (known.length > 0) return known[index % known.length] ?? '';
    return FIXED[parameter] ?? this.pick(names, index);
  }

  /** An id of the type that a path segment or a relationship names, or any id if there is none. */
  pick(names: string, index: number): string {
    if (names === 'organizations') return this.organization;
    const fitting = [names, `${names}s`, `${names.replace(/y$/, '')}ies`, ALIASES[names] ?? ''];
    const ids = fitting.flatMap((type) => this.idsByType.get(type) ?? []);
    const all = ids.length > 0 ? ids : [...this.idsByType.values()].flat();
    return all[index % Math.max(1, all.length)] ?? 'none';
  }
}

/** The kinds of values that the parameters of the registry's paths take. */
const NAMED: Record<string, readonly string[]> = {
  module: ['name of registry-modules'],
  provider: ['provider of registry-modules', 'name of registry-providers'],
  version: ['version of registry-module-versions', 'version of registry-provider-versions'],
};
const FIXED: Record<string, string> = { registry: 'private', os: 'linux', arch: 'amd64' };

/** Relationships and segments whose names differ from the type that they refer to. */
const ALIASES: Record<string, string> = {
  sourceable: 'workspaces',
  'default-agent-pool': 'agent-pools',
  'rollback-state-version': 'state-versions',
  'organization-membership': 'organization-memberships',
  steps: 'plans',
};

/** Sets every relationship of a body to an id of its type. */
export function relate(body: unknown, inhabitants: Inhabitants, index: number): void {
  if (typeof body !== 'object' || body === null) return;
  const { relationships } = body as { relationships?: unknown };
  if (typeof relationships === 'object' && relationships !== null) {
    for (const [name, relationship] of Object.entries(relationships)) {
      const { data } = (relationship ?? {}) as { data?: unknown };
      for (const target of [data].flat()) {
        if (typeof target !== 'object' || target === null) continue;
        Object.assign(target, { id: inhabitants.pick(name, index), type: ALIASES[name] ?? `${name}s` });
      }
    }
  }
  for (const child of Object.values(body)) relate(child, inhabitants, index);
}

/** Operations that would change the organization itself or the access to it. */
const LEAVES_ALONE = /actions|oauth|\/app\/|uploads|\/agent\/|account|authentication-token$|\/admin\//;

/** @param mark is put into every text of the organization that may have any value */
export async function settle(
  server: TestServer,
  description: ApiDescription,
  owner: string,
  name: string,
  mark: string,
): Promise<Inhabitants> {
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await server.call(method, path, body, owner);
    inhabitants.note(answer.body);
    return answer;
  };
  const inhabitants = new Inhabitants(name, server.url);
  const created = await call('POST', '/api/v2/organizations', {
    data: { type: 'organizations', attributes: { name, email: `${mark}@example.com` } },
  });
  if (created.status !== 201) throw new Error(created.text);
  const operations = operationsOf(description);
  const missing = await makeEverything(operations, description, inhabitants, mark, call);
  await finishRuns(server, inhabitants, call);
  await makeEverything(missing, description, inhabitants, mark, call);
  await readEverything(operations, inhabitants, call);
  return inhabitants;
}

const MAX_STEPS = 12;
const TRIES = 6;

type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; text: string }>;

/** @returns the operations that made nothing yet, perhaps because something that they need is still missing */
async function makeEverything(
  operations: readonly ApiOperation[],
  { components }: ApiDescription,
  inhabitants: Inhabitants,
  mark: string,
  call: Call,
): Promise<ApiOperation[]> {
  const missing: ApiOperation[] = [];
  for (const operation of operations) {
    const schema = operation.body?.schema;
    const isMaker = operation.method === 'POST' && operation.access === 'account';
    if (!isMaker || schema === undefined || LEAVES_ALONE.test(operation.path)) continue;
    if (operation.path === '/api/v2/organizations') continue;
    const bodies = valuesOf(schema, components.schemas, fc.constant(mark));
    for (const [index, body] of fc.sample(bodies, { numRuns: TRIES, seed: 20 }).entries()) {
      relate(body, inhabitants, index);
      const { status } = await call('POST', inhabitants.pathOf(operation, 0), body);
      if (status < 300) break;
      if (index === TRIES - 1) missing.push(operation);
    }
  }
  return missing;
}

/** Uploads a configuration, creates a run, and plans and applies it: state, outputs, logs, events and comments. */
async function finishRuns(server: TestServer, inhabitants: Inhabitants, call: Call): Promise<void> {
  for (const path of inhabitants.signedPaths.filter((signed) => signed.includes('/uploads/configuration'))) {
    await fetch(`${server.url}${path}`, { method: 'PUT', body: SOME_ARCHIVE });
  }
  const workspaceId = inhabitants.pick('workspaces', 0);
  // The execution mode is random until here.
  const remote = { type: 'workspaces', attributes: { 'execution-mode': 'remote' } };
  await call('PATCH', `/api/v2/workspaces/${workspaceId}`, { data: remote });
  const relationships = { workspace: { data: { id: workspaceId, type: 'workspaces' } } };
  await call('POST', '/api/v2/runs', { data: { type: 'runs', attributes: {}, relationships } });
  // The loop is bounded, since an applied run may queue another one through a run trigger.
  for (let count = 0; count < MAX_STEPS; count += 1) {
    const step = await claim(server);
    if (step === undefined) break;
    await step.log('a line\n');
    if (step.phase === 'plan') await step.finishPlan({ hasChanges: true });
    else {
      await step.sendState(1);
      await step.finish({ outcome: 'succeeded' });
    }
    await call('POST', `/api/v2/runs/${step.run.id}/actions/apply`, {});
  }
}

async function readEverything(
  operations: readonly ApiOperation[],
  inhabitants: Inhabitants,
  call: Call,
): Promise<void> {
  for (const operation of operations) {
    const isReader = operation.method === 'GET' && operation.access === 'account';
    if (isReader) await call('GET', inhabitants.pathOf(operation, 0));
  }
}
