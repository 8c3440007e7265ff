import { ApiError, errorCodeOf, type ApiErrorEntry } from './api-error.ts';
import { retryAfterMs } from './retry.ts';
import type { Answer } from './answer.ts';

const EXCERPT_LENGTH = 200;

/** Turns an answer outside 2xx into an {@link ApiError}: JSON:API errors, a list of strings or a proxy's page. */
export function errorFromResponse(answer: Answer): ApiError {
  const { status, headers } = answer;
  const text = new TextDecoder().decode(answer.bytes);
  const entries = parseEntries(text);
  const first = entries?.[0];
  const fallback = `HTTP ${String(status)}`;
  const detail = entries === undefined ? excerpt(text) : first?.detail;
  return new ApiError({
    code: errorCodeOf(status),
    status,
    title: first?.title ?? fallback,
    ...(detail === undefined || detail === '' ? {} : { detail }),
    ...(first?.pointer === undefined ? {} : { pointer: first.pointer }),
    errors: entries ?? [],
    ...optional('requestId', headers.get('x-request-id') ?? undefined),
    ...optional('retryAfterMs', retryAfterMs(headers)),
    mayHaveHappened: answer.method !== 'GET' && status >= 500,
  });
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

function parseEntries(text: string): ApiErrorEntry[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(body) || !Array.isArray(body['errors'])) return undefined;
  return body['errors'].map(readEntry);
}

function readEntry(entry: unknown): ApiErrorEntry {
  if (typeof entry === 'string') return { title: entry };
  if (!isObject(entry)) return {};
  const source = isObject(entry['source']) ? entry['source'] : {};
  const links = isObject(entry['links']) ? entry['links'] : {};
  return {
    ...optional('status', asText(entry['status'])),
    ...optional('code', asText(entry['code'])),
    ...optional('title', asText(entry['title'])),
    ...optional('detail', asText(entry['detail'])),
    ...optional('pointer', asText(source['pointer'])),
    ...optional('about', asText(links['about'])),
  };
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The visible words of a page, so that a person can tell a proxy from the platform. */
function excerpt(text: string): string {
  const words = text
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words.length > EXCERPT_LENGTH ? `${words.slice(0, EXCERPT_LENGTH)}…` : words;
}
