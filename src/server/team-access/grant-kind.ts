import type { Kysely } from 'kysely';
import type { IdPrefix } from '@runwright/models';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { LOWEST_PROJECT_DETAILS, LOWEST_WORKSPACE_DETAILS } from '../access/levels.ts';
import { requireInProject, requireInWorkspace } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { Database, ProjectDetails, WorkspaceDetails } from '../database/schema.ts';
import { readProject } from '../projects/service.ts';
import { readWorkspace } from '../workspaces/service.ts';
import { overlay, requireCustom } from './custom-details.ts';
import {
  ProjectAttributes,
  teamProjectResource,
  TeamProjectSchema,
  teamWorkspaceResource,
  TeamWorkspaceSchema,
  WorkspaceAttributes,
} from './document.ts';
import type { Grant } from './grant.ts';

interface Subject {
  id: string;
  organization_id: string;
}

type Right = 'admin' | 'read-teams' | 'manage-teams';

/** Access of teams to one kind of subject: the differences between workspaces and projects (api-contract §5.9). */
export interface GrantKind {
  type: 'team-workspaces' | 'team-projects';
  subject: 'workspace' | 'project';
  idPrefix: IdPrefix;
  /** The rights that a caller needs in the subject. */
  rights: Readonly<Record<'see' | 'change', Right>>;
  Attributes: z.ZodObject;
  Schema: z.ZodType;
  resource(grant: Grant): object;
  /** @throws 404 the caller may not do that there */
  readSubject(platform: Platform, caller: Caller, id: string, right: Right): Promise<Subject>;
  require(db: Kysely<Database>, caller: Caller, subject: Subject, right: Right): Promise<void>;
  /**
   * The details to store: all of the custom level, which begin with its defaults whatever the earlier level.
   *
   * @returns null for the other levels
   * @throws 422 details are given to one of these
   */
  customDetails(access: string, given: Record<string, unknown>, before?: Grant): object | null;
  example: { access: string; subjectId: string };
}

export const workspaceGrants: GrantKind = {
  type: 'team-workspaces',
  subject: 'workspace',
  idPrefix: 'tws',
  rights: { see: 'admin', change: 'admin' },
  Attributes: WorkspaceAttributes,
  Schema: TeamWorkspaceSchema,
  resource: teamWorkspaceResource,
  readSubject: async (platform, caller, id, right) =>
    await readWorkspace(platform, caller, id, right as 'admin'),
  require: async (db, caller, subject, right) =>
    await requireInWorkspace(db, caller, subject, right as 'admin'),
  customDetails(access, given: Partial<WorkspaceDetails>, before) {
    requireCustom(access, given);
    return access === 'custom' ? overlay(customOf(before, LOWEST_WORKSPACE_DETAILS), given) : null;
  },
  example: { access: 'write', subjectId: 'ws-SihZTyXKfNXUWuUa' },
};

export const projectGrants: GrantKind = {
  type: 'team-projects',
  subject: 'project',
  idPrefix: 'tprj',
  rights: { see: 'read-teams', change: 'manage-teams' },
  Attributes: ProjectAttributes,
  Schema: TeamProjectSchema,
  resource: teamProjectResource,
  readSubject: async (platform, caller, id, right) =>
    await readProject(platform, caller, id, right as 'read-teams'),
  require: async (db, caller, subject, right) =>
    await requireInProject(db, caller, subject, right as 'read-teams'),
  customDetails(access, given: { [Group in keyof ProjectDetails]?: Partial<ProjectDetails[Group]> }, before) {
    for (const [group, details] of Object.entries(given))
      requireCustom(access, details, `/data/attributes/${group}`);
    if (access !== 'custom') return null;
    const current = customOf(before, LOWEST_PROJECT_DETAILS);
    return {
      'project-access': overlay(current['project-access'], given['project-access'] ?? {}),
      'workspace-access': overlay(current['workspace-access'], given['workspace-access'] ?? {}),
    };
  },
  example: { access: 'maintain', subjectId: 'prj-hwHFKaUJdpAQdMcF' },
};

const customOf = <Details extends object>(before: Grant | undefined, lowest: Details): Details =>
  before?.access === 'custom' && before.details !== null ? (before.details as Details) : lowest;
