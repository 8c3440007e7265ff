import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import {
  Permissions,
  resource,
  StatusTimestamps,
  Timestamp,
  toMany,
  toOne,
} from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import type { CheckDetails, EvaluationDetails, OutcomeDetails } from './service.ts';

const count = z.int().min(0);

export const PolicyCheckSchema = resource(
  'policy-checks',
  {
    status: z.enum([
      'pending',
      'queued',
      'passed',
      'soft_failed',
      'hard_failed',
      'overridden',
      'errored',
      'canceled',
      'unreachable',
    ]),
    scope: z.literal('organization'),
    result: z
      .object({
        result: z.boolean(),
        passed: count,
        'total-failed': count,
        'hard-failed': count,
        'soft-failed': count,
        'advisory-failed': count,
        errored: count,
        'duration-ms': count,
        duration: count,
        sentinel: z.null(),
      })
      .nullable(),
    'status-timestamps': StatusTimestamps,
    'override-comment': z.string().nullable(),
    actions: z.object({ 'is-overridable': z.boolean() }),
    permissions: Permissions,
  },
  {
    run: toOne('runs'),
    'policy-evaluations': toMany('policy-evaluations'),
    'overridden-by': toOne('users'),
  },
);

const ofRun = (runId: string) => ({
  ...reference('runs', runId),
  links: { related: `/api/v2/runs/${runId}` },
});

/** A run has one check, of all policies (api-contract §4.6). */
export function policyCheckResource({ check, runStatus, evaluationIds }: CheckDetails, canOverride: boolean) {
  const self = `/api/v2/policy-checks/${check.id}`;
  const isOverridable = runStatus === 'policy_override';
  const { result } = check;
  return {
    id: check.id,
    type: 'policy-checks',
    attributes: {
      status: check.status,
      scope: 'organization' as const,
      result:
        result === null
          ? null
          : {
              result: check.status === 'passed' || check.status === 'overridden',
              passed: result.passed,
              'total-failed': result.hardFailed + result.softFailed + result.advisoryFailed,
              'hard-failed': result.hardFailed,
              'soft-failed': result.softFailed,
              'advisory-failed': result.advisoryFailed,
              errored: result.errored,
              'duration-ms': result.durationMs,
              duration: result.durationMs,
              sentinel: null,
            },
      'status-timestamps': check.status_timestamps,
      'override-comment': check.override_comment,
      actions: { 'is-overridable': isOverridable },
      permissions: { 'can-override': canOverride },
    },
    relationships: {
      run: ofRun(check.run_id),
      'policy-evaluations': { data: evaluationIds.map((id) => ({ id, type: 'policy-evaluations' })) },
      'overridden-by': {
        data: check.overridden_by === null ? null : { id: check.overridden_by, type: 'users' },
      },
    },
    links: {
      self,
      output: `${self}/output`,
      ...(isOverridable ? { override: `${self}/actions/override` } : {}),
    },
  };
}

const ResultCount = z
  .object({
    'advisory-failed': count,
    'mandatory-failed': count,
    passed: count,
    errored: count,
  })
  .meta({ id: 'PolicyResultCount' });

export const PolicyEvaluationSchema = resource(
  'policy-evaluations',
  {
    status: z.enum(['pending', 'passed', 'failed', 'overridden', 'errored', 'canceled']),
    'policy-kind': z.enum(['cel', 'opa']),
    'policy-tool-version': z.null(),
    'result-count': ResultCount,
    'status-timestamps': StatusTimestamps,
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  {
    'policy-attachable': toOne('policy-checks', 'task-stages'),
    'policy-set-outcomes': toMany('policy-set-outcomes'),
  },
);

/** The policies of one language (api-contract §4.7). */
export function policyEvaluationResource({ evaluation, isOverridden, outcomes }: EvaluationDetails) {
  const self = `/api/v2/policy-evaluations/${evaluation.id}`;
  const { policy_check_id: checkId, task_stage_id: stageId } = evaluation;
  const isFailure = evaluation.status === 'failed' || evaluation.status === 'errored';
  const status = isOverridden && isFailure ? ('overridden' as const) : evaluation.status;
  return {
    id: evaluation.id,
    type: 'policy-evaluations',
    attributes: {
      status,
      'policy-kind': evaluation.kind,
      'policy-tool-version': null,
      'result-count': countOutcomes(outcomes.flatMap((set) => set.outcomes)),
      'status-timestamps': evaluation.status_timestamps,
      'created-at': timestamp(evaluation.created_at),
      'updated-at': timestamp(evaluation.updated_at),
    },
    relationships: {
      'policy-attachable':
        stageId === null ? referenceOrNull('policy-checks', checkId) : reference('task-stages', stageId),
      'policy-set-outcomes': {
        data: outcomes.map(({ id }) => ({ id, type: 'policy-set-outcomes' })),
        links: { related: `${self}/policy-set-outcomes` },
      },
    },
    links: { self },
  };
}

export const PolicySetOutcomeSchema = resource(
  'policy-set-outcomes',
  {
    outcomes: z.array(
      z.object({
        policy_name: z.string(),
        description: z.string(),
        enforcement_level: z.string(),
        query: z.string(),
        status: z.enum(['passed', 'failed', 'errored']),
        output: z.array(z.object({ print: z.string() })),
      }),
    ),
    error: z.string(),
    warnings: z.array(z.string()),
    overridable: z.boolean(),
    'policy-set-name': z.string(),
    'policy-set-description': z.string(),
    'result-count': ResultCount,
    /** The same counts, under the spelling of some clients. */
    result_count: ResultCount,
    'policy-tool-version': z.null(),
  },
  { 'policy-evaluation': toOne('policy-evaluations') },
);

/** The outcomes of the policies of one set; its list is spelled with underscores (api-contract §4.7). */
export const policySetOutcomeResource = (set: OutcomeDetails) => ({
  id: set.id,
  type: 'policy-set-outcomes',
  attributes: {
    outcomes: set.outcomes.map((one) => ({ ...one, output: one.output.map((print) => ({ print })) })),
    error: set.error,
    warnings: [],
    overridable: set.outcomes.every(
      ({ status, enforcement_level }) => status !== 'failed' || enforcement_level !== 'hard-mandatory',
    ),
    'policy-set-name': set.policy_set_name,
    'policy-set-description': set.policy_set_description,
    'result-count': countOutcomes(set.outcomes),
    result_count: countOutcomes(set.outcomes),
    'policy-tool-version': null,
  },
  relationships: { 'policy-evaluation': reference('policy-evaluations', set.policy_evaluation_id) },
  links: { self: `/api/v2/policy-set-outcomes/${set.id}` },
});

function countOutcomes(outcomes: Row<'policy_set_outcome'>['outcomes']) {
  const failed = (isAdvisory: boolean): number =>
    outcomes.filter(
      ({ status, enforcement_level }) =>
        status === 'failed' && (enforcement_level === 'advisory') === isAdvisory,
    ).length;
  return {
    'advisory-failed': failed(true),
    'mandatory-failed': failed(false),
    passed: outcomes.filter(({ status }) => status === 'passed').length,
    errored: outcomes.filter(({ status }) => status === 'errored').length,
  };
}
