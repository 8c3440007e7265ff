/** The API calls with which tests prepare a case and check its result. */
export interface Resource {
  id: string;
  attributes: Record<string, unknown>;
  relationships: Record<string, { data: { id: string } | null }>;
}

export interface Api {
  get(path: string): Promise<Resource & Resource[]>;
  post(path: string, attributes?: Record<string, unknown>, relationships?: unknown): Promise<Resource>;
  /** Sends any request with the document unchanged. */
  send(method: string, path: string, body: unknown): Promise<unknown>;
  patch(path: string, attributes: Record<string, unknown>): Promise<Resource>;
  /** The workspace with this name, by default in acme. */
  workspace(name: string): Promise<Resource>;
  /** The newest run of the workspace, including speculative ones. */
  newestRun(workspace: string): Promise<Resource>;
  /** Reads the run until it has one of the statuses. */
  runReaches(id: string, statuses: readonly string[]): Promise<Resource>;
}

const WITHIN_MS = 30_000;
const ALL_OPERATIONS = 'filter%5Boperation%5D=plan,plan_destroy,apply,destroy';

export function createApi(url: string, token: string): Api {
  const call = async (method: string, path: string, body?: unknown): Promise<never> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    // An accepted action answers null.
    const document = text === '' ? null : (JSON.parse(text) as { data: unknown } | null);
    return (document === null ? {} : document.data) as never;
  };
  const get: Api['get'] = async (path) => await call('GET', path);
  return {
    get,
    post: async (path, attributes, relationships) =>
      await call(
        'POST',
        path,
        attributes === undefined ? undefined : { data: { attributes, relationships } },
      ),
    send: call,
    patch: async (path, attributes) => await call('PATCH', path, { data: { attributes } }),
    workspace: async (name) => await get(`/api/v2/organizations/acme/workspaces/${name}`),
    async newestRun(workspace) {
      const { id } = await get(`/api/v2/organizations/acme/workspaces/${workspace}`);
      const [run] = await get(`/api/v2/workspaces/${id}/runs?${ALL_OPERATIONS}`);
      if (run === undefined) throw new Error(`${workspace} has no run`);
      return run;
    },
    async runReaches(id, statuses) {
      for (const deadline = Date.now() + WITHIN_MS; ;) {
        const run = await get(`/api/v2/runs/${id}`);
        if (statuses.includes(String(run.attributes['status']))) return run;
        if (Date.now() > deadline) throw new Error(`${id} stays ${String(run.attributes['status'])}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}
