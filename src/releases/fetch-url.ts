import type { Readable } from 'node:stream';
import * as z from 'zod';
import { RegistryProblem } from './registry-problem.ts';

/** The answer to one request, without redirects. */
export interface OpenedUrl {
  status: number;
  /** The header of this name, if any. */
  location: string | undefined;
  body: Readable;
}

/**
 * Sends one GET. The program that brings it decides which addresses may be called. Rejects with a reason for people
 * when there is no answer; the end of `signal` ends the body too.
 */
export type OpenUrl = (url: string, signal: AbortSignal) => Promise<OpenedUrl>;

/** A body, and the address that it came from in the end. */
interface Fetched {
  url: string;
  body: Readable;
}

export interface FetchLimits {
  maxBytes: number;
  timeoutMs: number;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Without its query, which may hold a signature that gives access. */
export function shownUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`.slice(0, 300);
}

/**
 * Requests an address and follows its redirects, each of which must be https too.
 *
 * @throws RegistryProblem unless the last answer is a success
 */
export async function openFollowing(open: OpenUrl, start: string, signal: AbortSignal): Promise<Fetched> {
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
      throw new RegistryProblem('untrusted', `the registry leads to an address without https`);
    const { status, location, body } = await open(url, signal).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RegistryProblem('away', `${shownUrl(url)} cannot be reached: ${reason}`);
    });
    if (status === 200) return { url, body };
    body.on('error', () => undefined).destroy();
    if (REDIRECTS.has(status) && location !== undefined && URL.canParse(location, url)) {
      url = new URL(location, url).href;
      continue;
    }
    if (status === 404 || status === 410)
      throw new RegistryProblem('absent', `${shownUrl(url)} is not there (${status})`);
    if (status === 401 || status === 403)
      throw new RegistryProblem('closed', `${shownUrl(url)} wants credentials (${status})`);
    throw new RegistryProblem('away', `${shownUrl(url)} answers ${status}`);
  }
  throw new RegistryProblem('away', `${shownUrl(start)} redirects more than ${MAX_REDIRECTS} times`);
}

/** @throws RegistryProblem */
export async function fetchBytes(
  open: OpenUrl,
  start: string,
  { maxBytes, timeoutMs }: FetchLimits,
): Promise<{ url: string; bytes: Buffer }> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { url, body } = await openFollowing(open, start, signal);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes)
        throw new RegistryProblem('away', `${shownUrl(url)} has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw asProblem(error, url, signal);
  }
  return { url, bytes: Buffer.concat(chunks) };
}

/** @throws RegistryProblem */
export async function fetchJson<Shape extends z.ZodType>(
  open: OpenUrl,
  start: string,
  shape: Shape,
  limits: FetchLimits,
): Promise<{ url: string; value: z.output<Shape> }> {
  const { url, bytes } = await fetchBytes(open, start, limits);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new RegistryProblem('away', `${shownUrl(url)} answers no JSON`);
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new RegistryProblem('away', `${shownUrl(url)} answers not as a registry does`);
  return { url, value: parsed.data };
}

/** The failure of a body that was being read. */
export function asProblem(error: unknown, url: string, signal: AbortSignal): RegistryProblem {
  if (error instanceof RegistryProblem) return error;
  return new RegistryProblem(
    'away',
    signal.aborted ? `${shownUrl(url)} took too long` : `the answer of ${shownUrl(url)} broke off`,
  );
}
