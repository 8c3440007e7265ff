import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpCall {
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
  signal: AbortSignal;
}

/** Redirects are not followed: one would send the headers with their secrets to any address. */
export type CallHttp = (url: string, call: HttpCall) => Promise<IncomingMessage>;

/**
 * Calls over connections that stay open. It uses Node's own client instead of `fetch`, which adds 50 ms to each
 * process's start, takes megabytes of memory, and wakes the process twice a second during a long-poll.
 */
export function createHttpCaller(): CallHttp {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  };
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:');
      const send = isSecure ? httpsRequest : httpRequest;
      const sent = send(
        url,
        {
          agent: agents[isSecure ? 'https:' : 'http:'],
          method,
          headers: {
            ...headers,
            ...(method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body ?? '') }),
          },
          signal,
        },
        (response) => {
          const { statusCode = 0, headers: answered } = response;
          if (statusCode >= 300 && statusCode < 400 && answered.location !== undefined) {
            response.destroy();
            reject(new Error(`the answer is a redirect (${statusCode})`));
          } else resolve(response);
        },
      );
      // After the answer has begun, its reader gets the error.
      sent.on('error', reject);
      sent.end(body);
    });
}

/** @throws when the connection breaks before the end */
export async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
