/** A service for run tasks on loopback. It records requests and behaves as the test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  payload: Record<string, string> & {
    access_token: string;
    task_result_callback_url: string;
    task_result_id: string;
    run_id: string;
    stage: string;
  };
}

export interface TaskService {
  url: string;
  asked: Asked[];
  /** Sets the behaviour at a path; at other paths it answers 200. */
  behave(path: string, listener: RequestListener): void;
  /** Resolves to the request about a run at a stage, once it has come. */
  requestFor(runId: string, stage: string, path?: string): Promise<Asked>;
  close(): void;
}

export async function startTaskService(): Promise<TaskService> {
  const asked: Asked[] = [];
  const behaviours = new Map<string, RequestListener>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? '';
      asked.push({ path, headers: request.headers, body, payload: JSON.parse(body) });
      const behave = behaviours.get(path);
      if (behave === undefined) response.end();
      else behave(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    behave: (path, listener) => void behaviours.set(path, listener),
    async requestFor(runId, stage, path) {
      for (;;) {
        const found = asked.find(
          ({ payload, path: at }) =>
            payload.run_id === runId && payload.stage === stage && (path === undefined || at === path),
        );
        if (found !== undefined) return found;
        await sleep(20);
      }
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Calls back with the token of the request, as a service does. */
export async function callBack(
  { payload }: Pick<Asked, 'payload'>,
  attributes: object,
  {
    outcomes,
    type = 'task-results',
    token = payload.access_token,
    url = payload.task_result_callback_url,
  }: { outcomes?: object[]; type?: unknown; token?: string; url?: string } = {},
): Promise<Response> {
  const relationships = outcomes && { outcomes: { data: outcomes } };
  return await fetch(url, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({ data: { type, attributes, relationships } }),
  });
}
