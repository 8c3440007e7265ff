import * as z from 'zod';
import { resource, Timestamp, toOne } from '../../http/document-schema.ts';
import { referenceOrNull, timestampOrNull } from '../../http/json-api.ts';

const WAIT_KINDS = [
  'behind-run',
  'workspace-locked',
  'no-runner-online',
  'runners-busy',
  'terraform-works',
  'cancel-requested',
  'phase-works',
  'task-services',
  'decision-on-phase',
  'policy-override',
  'approvals',
  'change-window',
  'confirmation',
] as const;
export type WaitKind = (typeof WAIT_KINDS)[number];

/** The reason why a run waits. Members that do not apply are null. */
export interface WaitReason {
  kind: WaitKind;
  /** For people; of other people's texts it contains only names and the reason of a lock. */
  message: string;
  /** True: only a person can end the wait. */
  needsPerson: boolean;
  since?: Date | null;
  until?: Date | null;
  /** An estimate from earlier measurements; null when there are none, and when it depends on people. */
  estimatedSeconds?: number | null;
  position?: number | null;
  blockingRunId?: string | null;
  lockedBy?: { type: 'users' | 'teams'; id: string } | null;
  agentPoolId?: string | null;
}

export const WaitReasonSchema = resource(
  'wait-reasons',
  {
    kind: z.enum(WAIT_KINDS),
    message: z.string(),
    'needs-person': z.boolean(),
    since: Timestamp.nullable(),
    until: Timestamp.nullable(),
    'estimated-seconds': z.int().nullable(),
    position: z.int().nullable(),
  },
  {
    run: toOne('runs'),
    'blocking-run': toOne('runs'),
    'locked-by': toOne('users', 'teams'),
    'agent-pool': toOne('agent-pools'),
  },
);

export const waitReasonResource = (runId: string, reason: WaitReason) => ({
  id: `${runId}-${reason.kind}`,
  type: 'wait-reasons',
  attributes: {
    kind: reason.kind,
    message: reason.message,
    'needs-person': reason.needsPerson,
    since: timestampOrNull(reason.since ?? null),
    until: timestampOrNull(reason.until ?? null),
    'estimated-seconds': reason.estimatedSeconds ?? null,
    position: reason.position ?? null,
  },
  relationships: {
    run: referenceOrNull('runs', runId),
    'blocking-run': referenceOrNull('runs', reason.blockingRunId ?? null),
    'locked-by': { data: reason.lockedBy ?? null },
    'agent-pool': referenceOrNull('agent-pools', reason.agentPoolId ?? null),
  },
});
