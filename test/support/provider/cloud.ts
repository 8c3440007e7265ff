/** The provider's objects, stored outside of terraform as in a cloud. The test reads, changes and disturbs them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** The attributes of a thing, as terraform has them. A number that JSON cannot hold is a string. */
export type CloudObject = Record<string, unknown>;

export interface ProviderCall {
  /** A procedure of the plugin protocol, such as `PlanResourceChange`; `start` for the program's start. */
  call: string;
  pid: number;
  /** The type of resource. */
  type?: string;
  /** What the module set in its `provider_meta`. */
  meta?: string | null;
}

export interface Cloud {
  url: string;
  /** The objects by id. Changing one here causes drift. */
  objects: Map<string, CloudObject>;
  /** The calls that terraform made to the provider. */
  calls: ProviderCall[];
  /** The bearer tokens that were sent. */
  tokens: Set<string>;
  /** Applies to every request about an object while it is set. */
  trouble: { status?: number; delayMs?: number; hangs?: boolean } | undefined;
  /** The only object with this name. Errors: when there is none. */
  named(name: string): CloudObject & { id: string };
  close(): Promise<void>;
}

export async function startCloud(): Promise<Cloud> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cloud: Cloud = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: new Map(),
    calls: [],
    tokens: new Set(),
    trouble: undefined,
    named(name) {
      const [found] = [...cloud.objects].filter(([, object]) => object['name'] === name);
      if (found === undefined) throw new Error(`nothing in the cloud is named ${name}`);
      return Object.assign(found[1], { id: found[0] });
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (token) cloud.tokens.add(token);
    const body = await text(request);
    if (request.url === '/trace') {
      cloud.calls.push(JSON.parse(body) as ProviderCall);
      response.end();
      return;
    }
    const { status, delayMs = 0, hangs = false } = cloud.trouble ?? {};
    if (hangs) return;
    await sleep(delayMs);
    if (status !== undefined) {
      response.writeHead(status).end('there is trouble');
      return;
    }
    const id = decodeURIComponent(request.url?.slice('/objects/'.length) ?? '');
    if (request.method === 'PUT') cloud.objects.set(id, JSON.parse(body) as CloudObject);
    const object = cloud.objects.get(id);
    if (request.method === 'DELETE') cloud.objects.delete(id);
    response.writeHead(object === undefined ? 404 : 200).end(JSON.stringify(object ?? null));
  }

  return cloud;
}
