/** Set-up for tests of organizations kept as code: a server, an organization, and short ways to call them. */
import { afterAll, beforeAll } from 'vitest';
import { createOrganization, uniqueName } from './scenario.ts';
import { startTestServer, type ApiAnswer, type TestServer } from './server.ts';

/** Called once in a test file: it starts the server before the tests and ends it afterwards. */
export function asCode() {
  let server: TestServer;
  let organization = '';
  beforeAll(async () => {
    server = await startTestServer();
    organization = await createOrganization(server);
  });
  afterAll(async () => await server.close());

  const call = async (method: string, path: string, data?: unknown, token?: string): Promise<ApiAnswer> =>
    await server.call(method, path, data === undefined ? undefined : { data }, token);
  /** @returns the id of the created resource */
  async function make(path: string, data: object): Promise<string> {
    const answer = await call('POST', path, data);
    if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
    return answer.body.data.id;
  }
  const code = {
    get server() {
      return server;
    },
    get organization() {
      return organization;
    },
    /** The path of the organization. */
    get O() {
      return `/api/v2/organizations/${organization}`;
    },
    call,
    make,
    newProject: async (attributes: object = {}) =>
      await make(`${code.O}/projects`, { attributes: { name: uniqueName('project'), ...attributes } }),
    newTeam: async (attributes: object = {}) =>
      await make(`${code.O}/teams`, { attributes: { name: uniqueName('team'), ...attributes } }),
    newWorkspace: async (attributes: object = {}) =>
      await make(`${code.O}/workspaces`, { attributes: { name: uniqueName('ws'), ...attributes } }),
    attributesOf: async (path: string) => (await call('GET', path)).body.data.attributes,
  };
  return code;
}

/** A to-one relationship. */
export const to = (type: string, id: string) => ({ data: { type, id } });
