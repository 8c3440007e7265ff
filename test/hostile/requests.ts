/** Requests that nearly fit an operation, and the client that sends them. */
import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { ADMIN_TOKEN, AGENT_TOKEN } from '../support/server.ts';
import type { ApiDescription, ApiOperation } from './api-operations.ts';
import { relate, type Inhabitants } from './inhabited.ts';
import { anyText, damage, damages, valuesOf, type Damage } from './schema-values.ts';

export interface HostileRequest {
  operation: ApiOperation;
  path: { source: 'own' | 'foreign' | 'text'; index: number; text: string }[];
  signed: number;
  query: [string, string][];
  body: unknown;
  damages: Damage[];
  raw: string | undefined;
  contentType: string | undefined;
  token: string | null;
}

export interface Sent {
  line: string;
  status: number;
  contentType: string;
  text: string;
}

/** The caller and the things that requests can name. */
export interface Surroundings {
  url: string;
  description: ApiDescription;
  member: string;
  own: Inhabitants;
  foreign: Inhabitants;
  /** The mark in every text of the other organization. */
  foreignMark: string;
  /** Things that the requests themselves have made, by type: only these may be deleted. */
  disposable: Map<string, string[]>;
}

const parameter = fc.record({
  source: fc.constantFrom(
    'own' as const,
    'own' as const,
    'own' as const,
    'foreign' as const,
    'text' as const,
  ),
  index: fc.nat(1_000),
  text: anyText,
});

const pageNumber = fc.constantFrom('1', '2', '0', '-5', '999999999999', '1e3', 'a');
const filterWord = fc.constantFrom('plan', 'applied', '2026', 'a,b,,c', 'workspace', 'inbound', '-name');

function queryOf({ query }: ApiOperation): fc.Arbitrary<[string, string][]> {
  const declared = query.map(({ name }) =>
    fc
      .oneof(name.startsWith('page') ? pageNumber : filterWord, anyText)
      .map((value): [string, string] => [name, value]),
  );
  return fc.array(fc.oneof(...declared, fc.tuple(anyText, anyText)), {
    maxLength: declared.length === 0 ? 1 : 3,
  });
}

export function requestOf(
  operation: ApiOperation,
  { description, member }: Surroundings,
): fc.Arbitrary<HostileRequest> {
  const schema = operation.body?.schema;
  const parameters = operation.parameters.length;
  return fc.record({
    operation: fc.constant(operation),
    path: fc.array(parameter, { minLength: parameters, maxLength: parameters }),
    signed: fc.nat(1_000),
    query: queryOf(operation),
    body: schema === undefined ? anyText : valuesOf(schema, description.components.schemas, anyText),
    damages: fc.oneof(fc.constant<Damage[]>([]), damages, damages),
    raw: fc.oneof(
      { weight: 12, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '',
          '{',
          'null',
          '['.repeat(20_000),
          '{"data":'.repeat(2_000),
          '"\\ud800"',
        ),
      },
    ),
    contentType: fc.oneof(
      { weight: 12, arbitrary: fc.constant(operation.body?.contentType) },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json', 'multipart/form-data') },
    ),
    token: fc.oneof(
      { weight: 5, arbitrary: fc.constant(operation.access === 'agent' ? AGENT_TOKEN : member) },
      { weight: 4, arbitrary: fc.constantFrom(member, ADMIN_TOKEN, AGENT_TOKEN, 'wrong', '\u00ff', null) },
    ),
  });
}

function pathOf({ operation, path, signed, token }: HostileRequest, surroundings: Surroundings): string {
  const { own } = surroundings;
  if (operation.path.includes('{signature}') && signed % 2 === 0) {
    const pattern = new RegExp(`^${operation.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
    const addresses = own.signedPaths.filter((address) => pattern.test(address));
    if (addresses.length > 0) return addresses[signed % addresses.length] ?? '';
  }
  let position = 0;
  return operation.path.replaceAll(/([^/]*)\/\{([^}]+)\}/g, (_all, names: string, name: string) => {
    const choice = path[position++];
    const text = choice === undefined ? '' : segment(operation, choice, { names, name, token }, surroundings);
    return `${names}/${encodeURIComponent(text.toWellFormed())}`;
  });
}

function segment(
  { method }: ApiOperation,
  { source, index, text }: HostileRequest['path'][number],
  { names, name, token }: { names: string; name: string; token: string | null },
  { own, foreign, member, foreignMark, disposable }: Surroundings,
): string {
  // The administrator and runners have access to everything, so they never name the other organization's things.
  if (source === 'foreign') {
    const id = token === member ? foreign.pickParameter(names, name, index) : text;
    return id.includes(foreignMark) ? text : id;
  }
  if (source === 'text') return text;
  if (method === 'DELETE' && token !== null) {
    const ids = name === 'organization' ? [] : (disposable.get(names) ?? []);
    return ids[index % Math.max(1, ids.length)] ?? text;
  }
  return own.pickParameter(names, name, index);
}

function bodyOf({ operation, body, damages: list, raw, path }: HostileRequest, { own }: Surroundings) {
  if (operation.method === 'GET') return undefined;
  if (raw !== undefined) return raw;
  if (operation.body === undefined) return undefined;
  relate(body, own, path[0]?.index ?? 0);
  const damaged = damage(body, list);
  if (operation.body.contentType.includes('form') && typeof damaged === 'object') {
    const fields = Object.entries(damaged ?? {});
    return new URLSearchParams(
      fields.map(([key, value]): [string, string] => [key, String(JSON.stringify(value)).toWellFormed()]),
    ).toString();
  }
  return typeof damaged === 'string' ? damaged : JSON.stringify(damaged);
}

/** A plain client, which also sends invalid requests. */
export function send(hostile: HostileRequest, surroundings: Surroundings, agent: Agent): Promise<Sent> {
  const { operation, query, contentType, token } = hostile;
  const search = new URLSearchParams(
    query.map(([key, value]): [string, string] => [key.toWellFormed(), value.toWellFormed()]),
  ).toString();
  const path = `${pathOf(hostile, surroundings)}${search === '' ? '' : `?${search}`}`;
  const body = bodyOf(hostile, surroundings);
  const line = `${operation.method} ${path} ${body?.slice(0, 500)}`;
  const headers = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(contentType === undefined || body === undefined ? {} : { 'content-type': contentType }),
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve, reject) => {
    const sending = httpRequest(`${surroundings.url}${path}`, { method: operation.method, agent, headers });
    sending.once('error', (error) => reject(new Error(line, { cause: error })));
    sending.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      const { statusCode: status = 0, headers: answered } = response;
      response
        .once('error', reject)
        .once('end', () => resolve({ line, status, contentType: answered['content-type'] ?? '', text }));
    });
    sending.end(body);
  });
}

/** Records the changes of a request: the organization's name for later paths, and things that may be deleted. */
export function follow({ operation, token }: HostileRequest, sent: Sent, surroundings: Surroundings): void {
  const isChange = sent.status === 201 || (sent.status === 200 && operation.method === 'PATCH');
  if (token !== surroundings.member || !isChange || !sent.contentType.includes('json')) return;
  const { data } = JSON.parse(sent.text) as { data?: { id?: unknown; type?: unknown } };
  if (typeof data?.id !== 'string' || typeof data.type !== 'string') return;
  const { disposable, own } = surroundings;
  if (sent.status === 201) {
    disposable.set(data.type, [...(disposable.get(data.type) ?? []).slice(-20), data.id]);
  } else if (data.type === 'organizations') own.organization = data.id;
}
