import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The site has no such version, or no such file of it. */
export class NoSuchFile extends Error {
  override name = 'NoSuchFile';
}

interface RequestLimits {
  bytes: number;
  milliseconds: number;
  /** Sent to the host of the address alone. */
  token?: string;
}

const MAX_REDIRECTS = 5;

/** The body of the answer. Errors: {@link NoSuchFile} for 403 and 404; others name the address. */
export async function fetchBytes(address: string, limits: RequestLimits): Promise<Buffer> {
  const all: Uint8Array[] = [];
  await receive(address, limits, async (chunks) => {
    for await (const chunk of chunks) all.push(chunk);
  });
  return Buffer.concat(all);
}

/** Writes the body to a new file. @returns its SHA-256 in hexadecimal */
export async function fetchFile(address: string, file: string, limits: RequestLimits): Promise<string> {
  const hash = createHash('sha256');
  await receive(address, limits, async (chunks) => {
    const hashed = async function* () {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(hashed, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  });
  return hash.digest('hex');
}

async function receive(
  address: string,
  { bytes, milliseconds, token }: RequestLimits,
  consume: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const shown = withoutUser(address).href;
  try {
    const response = await followRedirects(address, token, AbortSignal.timeout(milliseconds));
    const { status } = response;
    if (!response.ok) await response.body?.cancel();
    // Object stores answer 403 for what is not there.
    if (status === 404 || status === 403) throw new NoSuchFile(`${shown}: ${status}`);
    if (!response.ok || !response.body) throw new Error(`the answer is ${status}`);
    await consume(upTo(bytes, response.body));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof NoSuchFile || code === 'ENOSPC' || code === 'EDQUOT') throw error;
    throw new Error(`${shown}: ${describeError(error)}`, { cause: error });
  }
}

async function* upTo(bytes: number, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > bytes) throw new Error(`it is larger than ${bytes} bytes`);
    yield chunk;
  }
}

/** Redirects never leave https, and no other host gets the credentials of the address. */
async function followRedirects(
  address: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const start = new URL(address);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = url.origin === start.origin ? authorize(start, token) : {};
    const response = await fetch(withoutUser(url.href), { redirect: 'manual', signal, headers });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url)) throw new Error('it redirects to what is no address');
    const next = new URL(location, url);
    if (next.protocol !== 'https:' && (next.protocol !== 'http:' || url.protocol === 'https:'))
      throw new Error(`it redirects from ${url.protocol} to ${next.protocol}, which is not followed`);
    url = next;
  }
  throw new Error(`it redirects more than ${MAX_REDIRECTS} times`);
}

function withoutUser(address: string): URL {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url;
}

function authorize({ username, password }: URL, token: string | undefined): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Node hides the reason of a failed request in the cause. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it takes too long';
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
