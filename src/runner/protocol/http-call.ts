import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpCall {
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
  signal: AbortSignal;
}

/** Follows no redirect: it would carry what the headers hold to wherever it points. */
export type CallHttp = (url: string, call: HttpCall) => Promise<IncomingMessage>;

/**
 * Calls over connections that stay open. Node's own client rather than `fetch`, which takes 50 ms of each process's start,
 * megabytes of memory, and wakes the process twice a second while a long-poll waits.
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
      // After the answer has begun, its reader hears of it.
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
