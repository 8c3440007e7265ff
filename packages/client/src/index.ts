export { ApiError, type ApiErrorCode, type ApiErrorEntry } from './api-error.ts';
export { createClient, type Client, type ClientSettings } from './client.ts';
export {
  includedOf,
  relatedId,
  relatedIds,
  type Document,
  type ListDocument,
  type Pagination,
  type Relationship,
  type Resource,
  type ResourceIdentifier,
} from './json-api.ts';
export type { FollowOptions, LogChunk, LogRange } from './logs.ts';
export type { PageRequest } from './query.ts';
export type { OpenAnswer } from './stream.ts';
export type { ListOptions, ReadOptions } from './resource-calls.ts';
export type * from './resources/accounts.ts';
export type * from './resources/agent-pools.ts';
export type * from './resources/approvals.ts';
export type * from './resources/assessments.ts';
export type * from './resources/audit-trail.ts';
export type * from './resources/checks.ts';
export type * from './resources/configuration-versions.ts';
export type * from './resources/cost-estimates.ts';
export type * from './resources/notification-configurations.ts';
export type * from './resources/organizations.ts';
export type * from './resources/phases.ts';
export type * from './resources/ping.ts';
export type * from './resources/policies.ts';
export type * from './resources/projects.ts';
export type * from './resources/mirrored-providers.ts';
export type * from './resources/provider-stores.ts';
export type * from './resources/registry.ts';
export type * from './resources/risk-summaries.ts';
export type * from './resources/run-provenances.ts';
export type * from './resources/run-document.ts';
export type { RunEventScope } from './resources/run-events.ts';
export type * from './resources/run-tasks.ts';
export type * from './resources/run-triggers.ts';
export type * from './resources/runs.ts';
export type * from './resources/ssh-keys.ts';
export type * from './resources/state-versions.ts';
export type * from './resources/tag-bindings.ts';
export type * from './resources/teams.ts';
export type * from './resources/tokens.ts';
export type * from './resources/variables.ts';
export type * from './resources/wait-reasons.ts';
export type * from './resources/workspaces.ts';
export type { RetryRules } from './retry.ts';
export type { CallOptions, CreateOptions } from './transport.ts';
export { isFinalRun, isSettledRun, type WaitGoal, type WatchOptions } from './watch-run.ts';
