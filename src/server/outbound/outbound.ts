import { lookup as resolveName } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { mayCallAddress, type AllowList } from './address-rules.ts';

export interface OutboundRequest {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
  /** How much of the answer's body is kept; the rest is not read. */
  maxAnswerBytes?: number;
}

export type OutboundAnswer =
  | { kind: 'answered'; status: number; headers: Record<string, string>; body: string }
  /** `isRefused`: the address may not be called, and another try changes nothing. */
  | { kind: 'failed'; reason: string; isRefused?: true };

export interface OpenedAddress {
  status: number;
  location: string | undefined;
  body: Readable;
}

/**
 * The only way to call an address that a user gave (threat T15). The connection goes to the very address that was
 * checked: the name is resolved once, for the connection itself. Redirects are not followed.
 */
export interface Outbound {
  call(request: OutboundRequest): Promise<OutboundAnswer>;
  /**
   * Sends a GET and gives the answer's body as a stream, which ends with `signal` too. Rejects with a reason for people
   * when there is no answer.
   */
  open(url: string, signal: AbortSignal): Promise<OpenedAddress>;
  /** The problem with an address before any call, or undefined. Names are not resolved. */
  findProblem(url: string): string | undefined;
}

export type Resolve = typeof resolveName;

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024;
const NOT_PUBLIC =
  'it is not a public address; RUNWRIGHT_ALLOW_OUTBOUND on the server can allow hosts and networks';

/** @param resolve replaces DNS in tests */
export function createOutbound(allowed: AllowList, resolve: Resolve = resolveName): Outbound {
  const findProblem = (text: string): string | undefined => {
    if (!URL.canParse(text)) return 'it must be an address like https://example.com/hook';
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      return 'it must start with https:// or http://';
    if (url.username !== '' || url.password !== '') return 'it must not hold a user name or password';
    const host = hostOf(url);
    // The URL parser has already turned 0x7f.1, 2130706433 and the like into 127.0.0.1.
    if (isIP(host) !== 0 && !mayCallAddress(host, allowed)) return NOT_PUBLIC;
    return undefined;
  };

  const checkedLookup = (host: string): LookupFunction => {
    if (allowed.names.has(host)) return resolve as LookupFunction;
    return (hostname, options, done) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return done(error, '', 0);
        // One refused address refuses them all: a name has no reason to mix them.
        if (addresses.length === 0 || !addresses.every(({ address }) => mayCallAddress(address, allowed))) {
          return done(new RefusedAddress(), '', 0);
        }
        if (options.all) return done(null, addresses);
        done(null, addresses[0]?.address ?? '', addresses[0]?.family);
      });
    };
  };

  return {
    findProblem,
    async open(text, signal) {
      const problem = findProblem(text);
      if (problem !== undefined) throw new Error(`the address cannot be called: ${problem}`);
      const url = new URL(text);
      const { get } = url.protocol === 'https:' ? https : http;
      return await new Promise((resolve, reject) => {
        const options = { agent: false, lookup: checkedLookup(hostOf(url)), signal };
        const request = get(url, options, (response) =>
          resolve({ status: response.statusCode ?? 0, location: response.headers.location, body: response }),
        );
        request.on('error', (error) => {
          reject(new Error(signal.aborted ? 'it took too long' : reasonOf(error), { cause: error }));
        });
      });
    },
    async call({
      url: text,
      method = 'POST',
      headers = {},
      body,
      timeoutMs = TIMEOUT_MS,
      maxAnswerBytes = MAX_ANSWER_BYTES,
    }) {
      const problem = findProblem(text);
      if (problem !== undefined)
        return { kind: 'failed', reason: `the address cannot be called: ${problem}`, isRefused: true };
      const url = new URL(text);
      const host = hostOf(url);
      const { request: open } = url.protocol === 'https:' ? https : http;
      const signal = AbortSignal.timeout(timeoutMs);
      return await new Promise<OutboundAnswer>((settle) => {
        const fail = (error: Error): void =>
          settle({
            kind: 'failed',
            reason: signal.aborted ? noAnswer(timeoutMs) : reasonOf(error),
            ...(error instanceof RefusedAddress ? { isRefused: true } : {}),
          });
        let isAnswered = false;
        const request = open(
          url,
          // Each call has a connection of its own, so that each is checked.
          { method, headers, agent: false, lookup: checkedLookup(host), signal },
          (response) => {
            isAnswered = true;
            const chunks: Buffer[] = [];
            let size = 0;
            const answer = (): void =>
              settle({
                kind: 'answered',
                status: response.statusCode ?? 0,
                headers: flatten(response.headers),
                body: Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8'),
              });
            response.on('data', (chunk: Buffer) => {
              chunks.push(chunk);
              size += chunk.length;
              if (size < maxAnswerBytes) return;
              answer();
              request.destroy();
            });
            response.on('end', answer);
            response.on('error', fail);
          },
        );
        request.on('error', fail);
        // A connection that ends without an answer need not end with an error: `101 Switching Protocols` is neither.
        request.on('close', () => {
          if (!isAnswered) fail(new Error('there was no answer'));
        });
        request.end(body);
      });
    },
  };
}

class RefusedAddress extends Error {}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

const noAnswer = (timeoutMs: number): string => `there was no whole answer within ${timeoutMs / 1000} s`;

function reasonOf(error: Error): string {
  if (error instanceof RefusedAddress) return `the address cannot be called: ${NOT_PUBLIC}`;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ').slice(0, 1_000)]),
  );
}
