/** An https proxy in front of a server, with a certificate from an unknown authority. */
import { once } from 'node:events';
import { request as askOverHttp } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueCertificates } from '../../src/cli/certificates/issue.ts';

export interface HttpsFront {
  /** `https://127.0.0.1:PORT`. */
  url: string;
  /** PEM of the authority that signed its certificate. */
  authority: string;
  /** `METHOD PATH` of every request that passed. */
  requests: string[];
  /** The address that requests are passed on to. */
  target: string;
  /** Changes the path of a request before it is passed on. */
  change: (path: string) => string;
  close(): Promise<void>;
}

export async function startHttpsFront(): Promise<HttpsFront> {
  const { authority, chain, key } = await issueCertificates(['127.0.0.1'], 2);
  const server = createServer({ cert: chain, key }, (incoming, answer) => {
    front.requests.push(`${incoming.method} ${incoming.url}`);
    const { method, headers } = incoming;
    const passed = askOverHttp(
      front.target + front.change(incoming.url ?? ''),
      { method, headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front: HttpsFront = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authority,
    requests: [],
    target: '',
    change: (path) => path,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return front;
}
