import * as z from 'zod';
import type { Endpoint } from './endpoint.ts';
import { refuse } from './refusal.ts';

/** Other types that clients send for the type of the answer. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'authentication-tokens': ['authentication-token', 'agent-tokens'],
  workspaces: ['workspace-exclusions'],
  projects: ['project-exclusions'],
};

/**
 * Refuses a document that names another type than the endpoint changes or makes, or another resource than the URL: its
 * sender would have changed something else. Documents that name nothing are accepted, and an empty text names nothing:
 * the terraform CLI sends it in places (terraform-cli A0).
 */
export function identityCheck({
  method,
  url,
  body,
  bodyType,
  answers,
}: Pick<Endpoint, 'method' | 'url' | 'body' | 'bodyType' | 'answers'>): (
  sent: unknown,
  params: Readonly<Record<string, string>>,
) => void {
  const type = bodyType ?? resourceType(answers[201] ?? answers[200]);
  if (body === undefined || type === undefined) return () => undefined;
  const types = [type, ...(ALIASES[type] ?? [])];
  // A resource that is found by its name may have another id.
  const named = method === 'POST' ? undefined : /\/:((?!name$)[A-Za-z]+)$/.exec(url)?.[1];
  const checkType = (given: unknown, pointer: string): void => {
    if (given !== undefined && given !== '' && !types.includes(given as string)) {
      refuse('conflict', `type: must be "${type}" here`, pointer);
    }
  };
  return (sent, params) => {
    const data = memberOf(sent, 'data');
    if (Array.isArray(data)) {
      data.forEach((item, index) => checkType(memberOf(item, 'type'), `/data/${index}/type`));
    }
    checkType(memberOf(data, 'type') ?? undefined, '/data/type');
    const id = named === undefined ? undefined : memberOf(data, 'id');
    if (id !== undefined && id !== null && id !== '' && id !== params[named ?? '']) {
      refuse('conflict', 'id: is not that of the address', '/data/id');
    }
  };
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** The type of the one resource in a document. */
export function resourceType(declared: Endpoint['answers'][number] | undefined): string | undefined {
  if (!(declared instanceof z.ZodObject)) return undefined;
  const data: unknown = declared.shape['data'];
  if (!(data instanceof z.ZodObject)) return undefined;
  const type: unknown = data.shape['type'];
  const [value] = type instanceof z.ZodLiteral ? type.values : [];
  return typeof value === 'string' ? value : undefined;
}
