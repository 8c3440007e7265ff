/** State files, and the steps with which clients turn them into state versions. */
import { createHash } from 'node:crypto';
import type { ApiAnswer, TestServer } from './server.ts';

export interface StateChange {
  serial?: number;
  lineage?: string;
  resources?: unknown[];
  outputs?: Record<string, unknown>;
}

export function stateFile({ serial = 1, lineage = 'a-lineage', resources, outputs = {} }: StateChange = {}) {
  return JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial,
    lineage,
    outputs,
    resources: resources ?? [managed('a')],
  });
}

export const managed = (name: string, more: Record<string, unknown> = {}) => ({
  mode: 'managed',
  type: 'terraform_data',
  name,
  provider: 'provider["terraform.io/builtin/terraform"]',
  instances: [{ attributes: {} }],
  ...more,
});

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** The body that creates a state version of this file; the file is inline unless `attributes` takes `state` away. */
export const stateBody = (file: string, attributes: Record<string, unknown> = {}, run?: string) => {
  const { serial, lineage } = JSON.parse(file) as { serial: number; lineage: string };
  const state = Buffer.from(file).toString('base64');
  return {
    data: {
      type: 'state-versions',
      attributes: { serial, lineage, md5: md5(file), state, ...attributes },
      ...(run === undefined ? {} : { relationships: { run: { data: { id: run, type: 'runs' } } } }),
    },
  };
};

export async function lock(server: TestServer, workspaceId: string, token?: string): Promise<ApiAnswer> {
  return await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/lock`, {}, token);
}
export async function unlock(server: TestServer, workspaceId: string, token?: string): Promise<ApiAnswer> {
  return await server.call('POST', `/api/v2/workspaces/${workspaceId}/actions/unlock`, undefined, token);
}

export async function postState(
  server: TestServer,
  workspaceId: string,
  file: string,
  attributes: Record<string, unknown> = {},
  token?: string,
): Promise<ApiAnswer> {
  const url = `/api/v2/workspaces/${workspaceId}/state-versions`;
  return await server.call('POST', url, stateBody(file, attributes), token);
}

/** Sends bytes to an upload address, which needs no token. */
export async function put(
  url: unknown,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await fetch(String(url), { method: 'PUT', headers, body: content });
  return { status: response.status, text: await response.text() };
}
