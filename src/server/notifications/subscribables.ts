import { sql } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { canInWorkspace } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import type { Asked } from '../http/permission.ts';
import { refuse } from '../http/refusal.ts';
import { readProject } from '../projects/service.ts';
import { readTeam } from '../teams/service.ts';
import { readWorkspace } from '../workspaces/service.ts';

/** The possible owners of a notification configuration (api-contract §5.10). */
export const SUBSCRIBABLES = ['workspaces', 'projects', 'teams'] as const;
export type SubscribableKind = (typeof SUBSCRIBABLES)[number];
export type Access = 'read' | 'change';

export interface SubscribableId {
  kind: SubscribableKind;
  id: string;
}
export interface Subscribable extends SubscribableId {
  organizationId: string;
}

/** The permissions to read and change configurations: for a project and a team both are the permission to change it. */
const WORDS = {
  workspaces: { read: 'read-settings', change: 'admin' },
  projects: { read: 'update', change: 'update' },
  teams: { read: 'manage-teams', change: 'manage-teams' },
} as const;

/** The permission of an endpoint about the configurations of one kind of owner. */
export const subscribablePermission = (kind: SubscribableKind, access: Access) =>
  ({
    workspaces: `workspace:${WORDS.workspaces[access]}`,
    projects: `project:${WORDS.projects[access]}`,
    teams: `organization:${WORDS.teams[access]}`,
  })[kind] as Extract<Asked, string>;

/** The permission of an endpoint about a configuration: it depends on the configuration's owner. */
export const configurationPermission = (access: Access): Asked =>
  Object.fromEntries(SUBSCRIBABLES.map((kind) => [kind, subscribablePermission(kind, access)]));

/** @throws 404 when it does not exist, or the caller may not do this with its configurations */
export async function readSubscribable(
  platform: Platform,
  caller: Caller,
  { kind, id }: SubscribableId,
  access: Access,
): Promise<Subscribable> {
  const read = {
    workspaces: async () => await readWorkspace(platform, caller, id, WORDS.workspaces[access]),
    projects: async () => await readProject(platform, caller, id, WORDS.projects[access]),
    // Only members of the owners team may use its configurations, although others manage teams.
    teams: async () => await readTeam(platform, caller, id, 'canUpdate'),
  };
  const { organization_id: organizationId } = await read[kind]();
  return { kind, id, organizationId };
}

type Columns = Pick<Row<'notification_configuration'>, 'workspace_id' | 'project_id' | 'team_id'>;

export const columnsOf = ({ kind, id }: SubscribableId): Columns => ({
  workspace_id: kind === 'workspaces' ? id : null,
  project_id: kind === 'projects' ? id : null,
  team_id: kind === 'teams' ? id : null,
});

export function subscribableOf({ workspace_id, project_id, team_id }: Columns): SubscribableId {
  if (workspace_id !== null) return { kind: 'workspaces', id: workspace_id };
  if (project_id !== null) return { kind: 'projects', id: project_id };
  return { kind: 'teams', id: team_id ?? '' };
}

export const columnOf = (kind: SubscribableKind) =>
  (({ workspaces: 'workspace_id', projects: 'project_id', teams: 'team_id' }) as const)[kind];

const TABLES = { workspaces: 'workspace', projects: 'project', teams: 'team' } as const;

/** Requests that add a configuration to it wait for each other. @throws 404 when it has been deleted */
export async function lockSubscribable(tx: Tx, { kind, id }: SubscribableId): Promise<void> {
  const { rows } = await sql`select id from ${sql.table(TABLES[kind])} where id = ${id} for update`.execute(
    tx,
  );
  if (rows.length === 0) refuse('not_found');
}

/** The URL of a hook lets anybody write there: it is shown to callers who may change the configuration. */
export async function seesAddresses({ db }: Platform, caller: Caller, of: Columns): Promise<boolean> {
  if (of.workspace_id === null) return true;
  const workspace = await db
    .selectFrom('workspace')
    .select(['id', 'organization_id'])
    .where('id', '=', of.workspace_id)
    .executeTakeFirst();
  return workspace !== undefined && (await canInWorkspace(db, caller, workspace, WORDS.workspaces.change));
}
