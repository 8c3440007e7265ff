import type { Caller } from '../access/caller.ts';
import { workspaceRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { workspaceResource } from './document.ts';
import { readWorkspaceFacts } from './facts.ts';
import type { WorkspaceView } from './queries.ts';

/** The documents of those workspaces that the caller may see, in few queries for all of them. */
export async function describeWorkspaces(
  { db }: Platform,
  caller: Caller,
  workspaces: readonly WorkspaceView[],
) {
  const rights = await workspaceRights(db, caller, workspaces);
  const facts = await readWorkspaceFacts(db, workspaces);
  return workspaces.flatMap((workspace) => {
    const own = facts.get(workspace.id);
    const allowed = rights.get(workspace.id);
    // A workspace without facts was deleted between the queries.
    return own === undefined || !allowed?.has('read') ? [] : [workspaceResource(workspace, own, allowed)];
  });
}
