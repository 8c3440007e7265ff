import * as z from 'zod';
import { resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, timestamp, timestampOrNull } from '../http/json-api.ts';
import type { ApprovalStanding } from './standing.ts';

export const ApprovalStandingSchema = resource(
  'approval-standings',
  {
    /** A team of null means everybody who may apply. */
    rules: z.array(z.object({ team: z.string().nullable(), required: z.int(), given: z.int() })),
    approvals: z.array(
      z.object({
        'user-id': z.string(),
        username: z.string(),
        'given-at': Timestamp,
        void: z.enum(['changed', 'author', 'not-asked']).nullable(),
      }),
    ),
    closed: z
      .object({ kind: z.enum(['window', 'freeze']), name: z.string(), until: Timestamp.nullable() })
      .nullable(),
    'is-caller-asked': z.boolean(),
  },
  { run: toOne('runs') },
);

export const approvalStandingResource = ({
  runId,
  rules,
  approvals,
  closed,
  isCallerAsked,
}: ApprovalStanding) => ({
  id: runId,
  type: 'approval-standings',
  attributes: {
    rules: rules.map(({ team, required, given }) => ({ team, required, given })),
    approvals: approvals.map((each) => ({
      'user-id': each.userId,
      username: each.username,
      'given-at': timestamp(each.givenAt),
      void: each.void,
    })),
    closed:
      closed === undefined
        ? null
        : { kind: closed.kind, name: closed.name, until: timestampOrNull(closed.until) },
    'is-caller-asked': isCallerAsked,
  },
  relationships: { run: reference('runs', runId) },
  links: { self: `/api/v2/runs/${runId}/approvals` },
});
