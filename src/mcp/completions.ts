import { ApiError, type Client } from '@runwright/client';
import { isAllowed } from './safety/organizations.ts';
import type { Gates } from './safety/gates.ts';

export interface Completions {
  readonly runIds: (typed: string) => Promise<string[]>;
  readonly workspaceIds: (typed: string) => Promise<string[]>;
}

const SHOWN = 20;
const SEARCHED_ORGANIZATIONS = 5;

/** Ids to choose from: what was worked on last. Nothing when the server cannot say: a completion is never an error. */
export function completionsFor(client: Client, gates: Gates): Completions {
  async function organizations(): Promise<string[]> {
    const page = await client.organizations.list({ pageSize: 100 });
    const { organizations: allowed } = gates;
    return page.data
      .map(({ attributes }) => attributes.name)
      .filter((name) => allowed === undefined || isAllowed(name, allowed))
      .slice(0, SEARCHED_ORGANIZATIONS);
  }

  const starting = async (typed: string, idsIn: (name: string) => Promise<string[]>): Promise<string[]> => {
    try {
      const found = await Promise.all((await organizations()).map(idsIn));
      return found
        .flat()
        .filter((id) => id.startsWith(typed))
        .slice(0, SHOWN);
    } catch (error) {
      if (error instanceof ApiError) return [];
      throw error;
    }
  };

  return {
    runIds: (typed) =>
      starting(typed, async (name) =>
        (await client.runs.listInOrganization(name, { pageSize: SHOWN })).data.map(({ id }) => id),
      ),
    workspaceIds: (typed) =>
      starting(typed, async (name) =>
        (await client.workspaces.list(name, { pageSize: 100 })).data.map(({ id }) => id),
      ),
  };
}
