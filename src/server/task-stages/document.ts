import * as z from 'zod';
import {
  Permissions,
  resource,
  StatusTimestamps,
  Timestamp,
  toMany,
  toOne,
} from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import { LEVELS, STAGES } from '../run-tasks/document.ts';
import type { ResultDetails, ResultOutcome, StageDetails } from './service.ts';

const RESULT_STATUSES = [
  'pending',
  'running',
  'passed',
  'failed',
  'errored',
  'canceled',
  'unreachable',
] as const;

export const TaskStageSchema = resource(
  'task-stages',
  {
    stage: z.enum(STAGES),
    status: z.enum([...RESULT_STATUSES, 'awaiting_override']),
    'status-timestamps': StatusTimestamps,
    'override-comment': z.string().nullable(),
    'created-at': Timestamp,
    'updated-at': Timestamp,
    actions: z.object({ 'is-overridable': z.boolean() }),
    permissions: Permissions,
  },
  {
    run: toOne('runs'),
    'task-results': toMany('task-results'),
    'policy-evaluations': toMany('policy-evaluations'),
    'cost-estimate': toOne('cost-estimates'),
    'overridden-by': toOne('users'),
  },
);

/** api-contract §4.7. */
export const taskStageResource = (
  { stage, resultIds, evaluationIds, costEstimateId }: StageDetails,
  canOverride: boolean,
) => ({
  id: stage.id,
  type: 'task-stages',
  attributes: {
    stage: stage.stage,
    status: stage.status,
    'status-timestamps': stage.status_timestamps,
    'override-comment': stage.override_comment,
    'created-at': timestamp(stage.created_at),
    'updated-at': timestamp(stage.updated_at),
    actions: { 'is-overridable': stage.status === 'awaiting_override' },
    permissions: {
      'can-override': canOverride,
      'can-override-tasks': canOverride,
      'can-override-policy': canOverride,
    },
  },
  relationships: {
    run: { ...reference('runs', stage.run_id), links: { related: `/api/v2/runs/${stage.run_id}` } },
    'task-results': { data: resultIds.map((id) => ({ id, type: 'task-results' })) },
    'policy-evaluations': {
      data: evaluationIds.map((id) => ({ id, type: 'policy-evaluations' })),
      links: { related: `/api/v2/task-stages/${stage.id}/policy-evaluations` },
    },
    'cost-estimate': referenceOrNull('cost-estimates', costEstimateId),
    'overridden-by': referenceOrNull('users', stage.overridden_by),
  },
  links: { self: `/api/v2/task-stages/${stage.id}` },
});

export const TaskResultSchema = resource(
  'task-results',
  {
    status: z.enum(RESULT_STATUSES),
    message: z.string(),
    url: z.string().nullable(),
    'status-timestamps': StatusTimestamps,
    'created-at': Timestamp,
    'updated-at': Timestamp,
    'task-id': z.string().nullable(),
    'task-name': z.string(),
    'task-url': z.string(),
    stage: z.enum(STAGES),
    'is-speculative': z.boolean(),
    'workspace-task-id': z.string().nullable(),
    'workspace-task-enforcement-level': z.enum(LEVELS),
    'task-result-outcomes-count': z.int(),
    'agent-pool-id': z.null(),
  },
  { 'task-stage': toOne('task-stages'), 'task-result-outcomes': toMany('task-result-outcomes') },
);

export const taskResultResource = ({ result, stage, isSpeculative, outcomeIds }: ResultDetails) => ({
  id: result.id,
  type: 'task-results',
  attributes: {
    status: result.status,
    message: result.message,
    url: result.url,
    'status-timestamps': result.status_timestamps,
    'created-at': timestamp(result.created_at),
    'updated-at': timestamp(result.updated_at),
    'task-id': result.run_task_id,
    'task-name': result.task_name,
    'task-url': result.task_url,
    stage: stage.stage,
    'is-speculative': isSpeculative,
    'workspace-task-id': result.workspace_task_id,
    'workspace-task-enforcement-level': result.level,
    'task-result-outcomes-count': outcomeIds.length,
    'agent-pool-id': null,
  },
  relationships: {
    'task-stage': reference('task-stages', result.task_stage_id),
    'task-result-outcomes': {
      data: outcomeIds.map((id) => ({ id, type: 'task-result-outcomes' })),
      links: { related: `/api/v2/task-results/${result.id}/outcomes` },
    },
  },
  links: { self: `/api/v2/task-results/${result.id}` },
});

export const TaskResultOutcomeSchema = resource(
  'task-result-outcomes',
  {
    'outcome-id': z.string(),
    description: z.string(),
    url: z.string().nullable(),
    tags: z.record(
      z.string(),
      z.array(z.object({ label: z.string(), level: z.enum(['none', 'info', 'warning', 'error']) })),
    ),
    'created-at': Timestamp,
  },
  { 'task-result': toOne('task-results') },
);

export const taskResultOutcomeResource = (outcome: ResultOutcome) => ({
  id: outcome.id,
  type: 'task-result-outcomes',
  attributes: {
    'outcome-id': outcome.outcome_id,
    description: outcome.description,
    url: outcome.url,
    tags: outcome.tags,
    'created-at': timestamp(outcome.created_at),
  },
  relationships: { 'task-result': reference('task-results', outcome.task_result_id) },
  links: {
    self: `/api/v2/task-result-outcomes/${outcome.id}`,
    body: `/api/v2/task-result-outcomes/${outcome.id}/body`,
  },
});
