/** A server of the run API with one run, and with a plan and a log of any size, generated while they are sent. */
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';

export const RUN_ID = 'run-AbCdEfGhIjKlMnOp';
const PLAN_ID = 'plan-AbCdEfGhIjKlMnOp';

export interface LargeServer {
  url: string;
  close(): void;
}

export async function startLargeServer(planBytes: number, logBytes: number): Promise<LargeServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.endsWith('/json-output')) void sendPlan(response, planBytes);
    else if (path === '/log') void sendLog(response, logBytes);
    else if (path.startsWith('/api/v2/plans/')) send(response, plan());
    else if (path.startsWith('/api/v2/runs/')) send(response, run());
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function send(response: ServerResponse, data: object): void {
  response.writeHead(200, { 'content-type': 'application/vnd.api+json' }).end(JSON.stringify({ data }));
}

const plan = (): object => ({
  id: PLAN_ID,
  type: 'plans',
  attributes: { status: 'finished', 'resource-additions': 1, 'log-read-url': '/log' },
});

const run = (): object => ({
  id: RUN_ID,
  type: 'runs',
  attributes: {
    status: 'planned',
    message: 'Measured',
    'created-at': '2026-11-24T10:00:00.000Z',
    actions: { 'is-confirmable': true, 'is-discardable': true },
  },
  relationships: {
    workspace: { data: { id: 'ws-AbCdEfGhIjKlMnOp', type: 'workspaces' } },
    plan: { data: { id: PLAN_ID, type: 'plans' } },
  },
});

/** Waits while the receiver is slower. */
async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.write(text) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      response.off('drain', goOn).off('close', goOn);
      resolve();
    };
    response.on('drain', goOn).on('close', goOn);
  });
}

async function sendPlan(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  await write(response, '{"format_version":"1.2","resource_changes":[');
  const value = 'v'.repeat(2_000);
  for (let sent = 0, index = 0; sent < bytes && !response.destroyed; index += 1) {
    const change = {
      actions: [index % 50 === 0 ? 'delete' : 'update'],
      before: { input: value },
      after: { input: `${value}x` },
    };
    const text = JSON.stringify({ address: `terraform_data.it[${index}]`, type: 'terraform_data', change });
    await write(response, index === 0 ? text : `,${text}`);
    sent += text.length;
  }
  response.end(']}');
}

async function sendLog(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/plain' });
  const block = Array.from(
    { length: 400 },
    (_, line) => `terraform_data.it[${line}]: Still creating... [10s elapsed]`,
  ).join('\n');
  for (let sent = 0; sent < bytes && !response.destroyed; sent += block.length + 1)
    await write(response, `${block}\n`);
  response.end('Error: it broke\n\u0003');
}
