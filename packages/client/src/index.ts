export { ApiError, type ApiErrorCode, type ApiErrorEntry } from './api-error.ts';
export { createClient, type Client, type ClientSettings } from './client.ts';
export {
  includedOf,
  relatedId,
  type Document,
  type ListDocument,
  type Pagination,
  type Relationship,
  type Resource,
  type ResourceIdentifier,
} from './json-api.ts';
export type { FollowOptions, LogChunk, LogRange } from './logs.ts';
export type { PageRequest } from './query.ts';
export type {
  ConfigurationVersion,
  ConfigurationVersionAttributes,
  ConfigurationVersionCreate,
} from './resources/configuration-versions.ts';
export type {
  EntitlementSet,
  Organization,
  OrganizationAttributes,
  OrganizationCreate,
} from './resources/organizations.ts';
export type { Apply, Plan } from './resources/phases.ts';
export type { ServerIdentity } from './resources/ping.ts';
export type { Project, ProjectAttributes } from './resources/projects.ts';
export type { Comment, Run, RunEvent } from './resources/run-document.ts';
export type { ActionOptions, ReadRunOptions, RunListQuery } from './resources/runs.ts';
export type {
  Output,
  OutputAttributes,
  StateVersion,
  StateVersionAttributes,
} from './resources/state-versions.ts';
export type {
  Workspace,
  WorkspaceAttributes,
  WorkspaceCreate,
  WorkspaceListQuery,
  WorkspaceSettings,
} from './resources/workspaces.ts';
export type { RetryRules } from './retry.ts';
export type { CallOptions } from './transport.ts';
export { isFinalRun, isSettledRun, type WaitGoal, type WatchOptions } from './watch-run.ts';
