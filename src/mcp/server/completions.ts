import { ApiError, type Client } from '@runwright/client';
import { isAllowed } from '../safety/organizations.ts';
import type { Gates } from '../safety/gates.ts';

export interface Completions {
  readonly runIds: (typed: string) => Promise<string[]>;
  readonly workspaceIds: (typed: string) => Promise<string[]>;
}

const SHOWN = 20;
const SEARCHED_ORGANIZATIONS = 5;

/**
 * Ids to choose from: the most recently used ones, and for workspaces those whose name contains the typed text. Empty
 * when the server fails: a completion is never an error.
 */
export function completionsFor(client: Client, gates: Gates): Completions {
  async function organizations(): Promise<string[]> {
    const page = await client.organizations.list({ pageSize: 100 });
    const { organizations: allowed } = gates;
    return page.data
      .map(({ attributes }) => attributes.name)
      .filter((name) => allowed === undefined || isAllowed(name, allowed))
      .slice(0, SEARCHED_ORGANIZATIONS);
  }

  const idsOf = async (idsIn: (organization: string) => Promise<string[]>): Promise<string[]> => {
    try {
      const found = await Promise.all((await organizations()).map(idsIn));
      return found.flat().slice(0, SHOWN);
    } catch (error) {
      if (error instanceof ApiError) return [];
      throw error;
    }
  };

  return {
    runIds: (typed) =>
      idsOf(async (name) => {
        const { data } = await client.runs.listInOrganization(name, { pageSize: SHOWN });
        return data.map(({ id }) => id).filter((id) => id.startsWith(typed));
      }),
    workspaceIds: (typed) =>
      idsOf(async (name) => {
        const isId = typed === '' || typed.startsWith('ws-');
        const { data } = await client.workspaces.list(name, {
          pageSize: 100,
          ...(isId ? {} : { search: typed }),
        });
        return data
          .filter(({ id, attributes }) =>
            isId ? id.startsWith(typed) : attributes.name.toLowerCase().includes(typed.toLowerCase()),
          )
          .map(({ id }) => id);
      }),
  };
}
