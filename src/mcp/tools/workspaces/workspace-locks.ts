import { ApiError, type Resource, type Workspace } from '@runwright/client';
import * as z from 'zod';
import type { Failure } from '../../answer/failure.ts';
import { Ids, OrganizationName, toolInput, WorkspaceName } from '../../tool/inputs.ts';
import { holderText, lockFacts, lockHolderOf, type LockHolder } from '../../reading/lock-holder.ts';
import { deleteTool } from '../../tool/delete-tool.ts';
import { reportResource } from '../../answer/report.ts';
import { changeTool } from '../../tool/resource-tool.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { quoteValue } from '../../text/untrusted-text.ts';

const one = ({ workspace_id }: { workspace_id: string }): string => `workspace ${workspace_id}`;

/** Names the holder of the lock, and the next step. */
async function whoHoldsIt(
  { workspace_id: id }: { workspace_id: string },
  failure: Failure,
  context: ToolContext,
): Promise<Failure> {
  let holder: LockHolder | undefined;
  try {
    const { client, signal } = context;
    holder = await lockHolderOf(await client.workspaces.read(id, { signal }), context);
  } catch (error) {
    if (error instanceof ApiError) return failure;
    throw error;
  }
  if (holder === undefined) {
    return { ...failure, now: ['it is not locked.'], next: 'there is nothing to unlock; go on.' };
  }
  return {
    code: 'workspace_locked',
    happened: failure.happened,
    now: [`it is locked by ${holderText(holder)}.`],
    next:
      holder.kind === 'run'
        ? 'wait_for_run tells when that run lets go of it.'
        : `ask the user to talk to ${holder.kind === 'unknown' ? 'whoever holds it' : holder.text}; force_unlock_workspace takes the lock away, if the user wants that.`,
  };
}

const lockOf = async (workspace: Resource<unknown>, context: ToolContext) =>
  lockFacts(await lockHolderOf(workspace as Workspace, context));

const lockWorkspace = changeTool({
  name: 'lock_workspace',
  title: 'Lock workspace',
  description: 'Locks a workspace: no run starts in it until unlock_workspace.',
  toolsets: ['workspaces'],
  isDestructive: false,
  isIdempotent: true,
  input: toolInput('lock_workspace', {
    workspace_id: Ids.workspace,
    reason: z.string().max(1_000).default(''),
  }),
  subject: one,
  whenConflicting: whoHoldsIt,
  done: 'Locked',
  change: ({ workspace_id, reason }, { client, signal }) =>
    client.workspaces.lock(workspace_id, { reason, signal }),
  facts: lockOf,
});

const unlockWorkspace = changeTool({
  name: 'unlock_workspace',
  title: 'Unlock workspace',
  description: 'Takes your own lock off a workspace, so that waiting runs start.',
  toolsets: ['workspaces'],
  isIdempotent: true,
  input: toolInput('unlock_workspace', { workspace_id: Ids.workspace }),
  subject: one,
  whenConflicting: whoHoldsIt,
  done: 'Unlocked',
  change: ({ workspace_id }, { client, signal }) => client.workspaces.unlock(workspace_id, { signal }),
  // A waiting run takes the lock at once.
  facts: lockOf,
});

const forceUnlockWorkspace = defineTool({
  name: 'force_unlock_workspace',
  title: 'Force-unlock workspace',
  description: 'Takes the lock of somebody else off a workspace. Find out why before. Asks for approval.',
  kind: 'write',
  toolsets: ['workspaces'],
  isIdempotent: true,
  input: toolInput('force_unlock_workspace', { workspace_id: Ids.workspace }),
  subject: one,
  async handle({ workspace_id }, context) {
    const { client, signal } = context;
    const workspace = await client.workspaces.read(workspace_id, { signal });
    const holder = workspace.relationships?.['locked-by']?.data ?? null;
    const { name, locked } = workspace.attributes;
    const by = await lockHolderOf(workspace, context);
    const request = {
      tool: 'force_unlock_workspace',
      subject: `workspace ${workspace_id}`,
      title: `Take the lock of somebody else off workspace ${workspace_id}?`,
      facts: [
        `name: ${quoteValue(name)}`,
        `locked: ${String(locked)}`,
        `locked by: ${by === undefined ? 'nobody' : holderText(by)}`,
      ],
      boundTo: { workspace_id, locked, holder },
    };
    return guarded(request, context.approval, async () => {
      const unlocked = await client.workspaces.forceUnlock(workspace_id, { signal });
      return reportResource(`Force-unlocked workspace ${workspace_id}.`, unlocked, context);
    });
  },
});

const byName = toolInput('this tool', { organization: OrganizationName, workspace_name: WorkspaceName });
const named = ({ organization, workspace_name }: { organization: string; workspace_name: string }): string =>
  `workspace ${workspace_name} of organization ${organization}`;

async function loss(
  { organization, workspace_name }: { organization: string; workspace_name: string },
  { client, signal }: ToolContext,
): Promise<Record<string, unknown>> {
  const { id, attributes } = await client.workspaces.readByName(organization, workspace_name, { signal });
  return {
    id,
    name: attributes.name,
    resource_count: attributes['resource-count'] ?? null,
    locked: attributes.locked,
  };
}

const deleteWorkspace = deleteTool({
  name: 'delete_workspace',
  title: 'Delete workspace',
  description:
    'Deletes a workspace with its runs, variables and state, even when it manages resources: they go on, unmanaged. Prefer safe_delete_workspace. Asks for approval.',
  toolsets: ['workspaces'],
  input: byName,
  subject: named,
  loss,
  remove: ({ organization, workspace_name }, { client, signal }) =>
    client.workspaces.deleteByName(organization, workspace_name, { signal }),
});

const safeDeleteWorkspace = deleteTool({
  name: 'safe_delete_workspace',
  title: 'Safely delete workspace',
  description:
    'Deletes a workspace if it manages no resources any more; otherwise it is refused. Asks for approval.',
  toolsets: ['workspaces'],
  input: byName,
  subject: named,
  loss,
  remove: ({ organization, workspace_name }, { client, signal }) =>
    client.workspaces.safeDeleteByName(organization, workspace_name, { signal }),
});

export const workspaceLockTools: readonly Tool[] = [
  lockWorkspace,
  unlockWorkspace,
  forceUnlockWorkspace,
  deleteWorkspace,
  safeDeleteWorkspace,
];
