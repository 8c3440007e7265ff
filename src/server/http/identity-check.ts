import * as z from 'zod';
import type { Endpoint } from './endpoint.ts';
import { refuse } from './refusal.ts';

/** Types that clients send for what is answered with another one. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'authentication-tokens': ['authentication-token', 'agent-tokens'],
};

/**
 * Refuses a document that says it is of another type than the endpoint changes or makes, or of another resource than the
 * address names: whoever sends it would have changed something else. Documents that say nothing are taken, and an empty
 * text says nothing: the terraform CLI sends it in places (terraform-cli A0).
 */
export function identityCheck({
  method,
  url,
  body,
  answers,
}: Pick<Endpoint, 'method' | 'url' | 'body' | 'answers'>): (
  sent: unknown,
  params: Readonly<Record<string, string>>,
) => void {
  const type = resourceType(answers[201] ?? answers[200]);
  if (body === undefined || type === undefined || method === 'DELETE') return () => undefined;
  const types = [type, ...(ALIASES[type] ?? [])];
  // What is found by its name may have another id.
  const named = method === 'POST' ? undefined : /\/:((?!name$)[A-Za-z]+)$/.exec(url)?.[1];
  return (sent, params) => {
    const data = memberOf(sent, 'data');
    const given = memberOf(data, 'type');
    if (given !== undefined && given !== null && given !== '' && !types.includes(given as string)) {
      refuse('conflict', `type: must be "${type}" here`, '/data/type');
    }
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

/** The type of the one resource that a document holds. */
export function resourceType(declared: Endpoint['answers'][number] | undefined): string | undefined {
  if (!(declared instanceof z.ZodObject)) return undefined;
  const data: unknown = declared.shape['data'];
  if (!(data instanceof z.ZodObject)) return undefined;
  const type: unknown = data.shape['type'];
  const [value] = type instanceof z.ZodLiteral ? type.values : [];
  return typeof value === 'string' ? value : undefined;
}
