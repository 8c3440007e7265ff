import { ApiError, includedOf, relatedId, type Resource } from '@runwright/client';
import type { Failure } from '../answer/failure.ts';
import type { ApiReader } from '../reading/api-reader.ts';

/** Finds out which organization an id belongs to. */
export interface OwnerReader extends ApiReader {
  /** The organization of each id that was looked up. */
  readonly owners: Map<string, string>;
}

/**
 * Refuses a call that would touch an organization outside `TFC_ORG_ALLOWLIST`; before that, only the owner is looked
 * up. Every argument that names something is checked, so that no tool can forget it.
 */
export async function outsideAllowlist(
  args: unknown,
  allowed: readonly string[] | undefined,
  reader: OwnerReader,
): Promise<Failure | undefined> {
  if (allowed === undefined) return undefined;
  for (const target of targetsOf(args)) {
    const organization = 'organization' in target ? target.organization : await ownerOf(target.id, reader);
    if (organization === undefined) return unknownOwner('id' in target ? target.id : '');
    if (!isAllowed(organization, allowed)) return outside('id' in target ? target.id : organization);
  }
  return undefined;
}

/** Names of organizations are compared without case. */
export function isAllowed(organization: string, allowed: readonly string[]): boolean {
  return allowed.some((name) => name.toLowerCase() === organization.toLowerCase());
}

type Target = { readonly organization: string } | { readonly id: string };

/** Ids that belong to another id in the same call: the platform finds them there or nowhere. */
const SCOPED = new Set(['variable_id', 'var_id', 'configuration_version_id']);

function targetsOf(args: unknown): Target[] {
  if (typeof args !== 'object' || args === null) return [];
  return Object.entries(args).flatMap(([key, value]: [string, unknown]): Target[] => {
    if (key === 'organization' && typeof value === 'string' && value !== '') return [{ organization: value }];
    if (key === 'params') return targetsOf(value);
    if (SCOPED.has(key)) return [];
    if (key.endsWith('_id') && typeof value === 'string' && value !== '') return [{ id: value }];
    if (key.endsWith('_ids') && Array.isArray(value)) return value.map((id) => ({ id: String(id) }));
    return [];
  });
}

async function ownerOf(id: string, reader: OwnerReader): Promise<string | undefined> {
  const known = reader.owners.get(id);
  if (known !== undefined) return known;
  const owner = await findOwner(id, reader);
  if (owner !== undefined) reader.owners.set(id, owner);
  return owner;
}

/** The organization of an id, read from its resource; undefined when the platform does not tell. */
async function findOwner(id: string, reader: OwnerReader): Promise<string | undefined> {
  const { client, signal } = reader;
  const kind = id.slice(0, id.indexOf('-'));
  const above = async (resource: Resource<unknown>, name: string): Promise<string | undefined> => {
    const parent = relatedId(resource, name);
    return parent === undefined ? undefined : ownerOf(parent, reader);
  };
  try {
    switch (kind) {
      case 'ws':
        return relatedId(await client.workspaces.read(id, { signal }), 'organization');
      case 'run': {
        const document = await client.runs.read(id, { include: ['workspace'], signal });
        const workspace = includedOf(document, 'workspace');
        const owner = workspace === undefined ? undefined : relatedId(workspace, 'organization');
        return owner ?? (await above(document.data, 'workspace'));
      }
      case 'plan':
        return await above(await client.plans.read(id, { signal }), 'run');
      case 'apply':
        return await above(await client.applies.read(id, { signal }), 'run');
      case 'ce':
        return await above(await client.costEstimates.read(id, { signal }), 'run');
      case 'sv':
        return await above(await client.stateVersions.read(id, { signal }), 'workspace');
      case 'asmtres':
        return await above(await client.assessments.read(id, { signal }), 'workspace');
      case 'prj':
        return relatedId(await client.projects.read(id, { signal }), 'organization');
      case 'team':
        return relatedId(await client.teams.read(id, { signal }), 'organization');
      case 'apool':
        return relatedId(await client.agentPools.read(id, { signal }), 'organization');
      case 'agent':
        return await above(await client.agentPools.readAgent(id, { signal }), 'agent-pool');
      case 'sshkey':
        return relatedId(await client.sshKeys.read(id, { signal }), 'organization');
      case 'nc':
        return await above(await client.notificationConfigurations.read(id, { signal }), 'subscribable');
      case 'varset':
        return relatedId(await client.variableSets.read(id, { signal }), 'organization');
      default:
        return undefined;
    }
  } catch (error) {
    // The owner of an unreadable id is unknown; the refusal tells no more than a 404 would.
    if (error instanceof ApiError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function outside(subject: string): Failure {
  return {
    code: 'gated',
    happened: `${subject} is outside the organizations that this MCP server may touch; nothing was done with it.`,
    next: 'tell the user that their administrator limits this server to certain organizations.',
  };
}

function unknownOwner(id: string): Failure {
  return {
    code: 'not_found_or_no_access',
    happened: `this MCP server is limited to certain organizations, and the server does not say which one ${id} belongs to, or there is no such thing.`,
    next: 'use a tool that takes the run_id or workspace_id instead, and check the id.',
  };
}
