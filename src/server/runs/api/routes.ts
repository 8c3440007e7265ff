import * as z from 'zod';
import { decodeRunCreate } from '@runwright/models';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nullBody, refusal } from '../../http/answers.ts';
import { documentOf, listOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, NoRelationships, parseInclude } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { Refusal } from '../../http/refusal.ts';
import { isTerraform } from '../../http/terraform-client.ts';
import { topics } from '../../live/wake-ups.ts';
import { applyOrAsk } from '../../approvals/service.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { approveRun, cancelRun, discardRun, forceCancelRun, MAX_COMMENT } from '../actions.ts';
import { answerRunsOf } from './answer-runs.ts';
import { readActionAddrs } from '../action-addrs.ts';
import { CreateBodyShape } from './create-body-shape.ts';
import { createComment, readComment, readCommentsOfRun } from '../comments.ts';
import { createRun } from '../create.ts';
import { recognizeClient } from '../creating-client.ts';
import { describeDetails, describeRuns } from './describe.ts';
import { commentResource, CommentSchema, eventResource, RunEventSchema, RunSchema } from '../document.ts';
import { includeWithEvents } from './event-includes.ts';
import { forceExecuteRun } from '../force-execute.ts';
import { RUN_INCLUDES } from '../include-names.ts';
import { RunListQuery } from '../list.ts';
import { readEvent, readEvents, readRun } from '../queries.ts';

const IncludeQuery = z.object({ include: includeOf(RUN_INCLUDES) });
const EventQuery = z.object({ include: includeOf(['actor', 'comment']) });
const ActionBody = z.object({ comment: z.string().max(MAX_COMMENT).nullish() }).nullish();
interface ActionRequest {
  caller: Caller;
  params: { id: string };
  body: z.output<typeof ActionBody>;
}

const CommentBody = document(
  z.object({ body: z.string().min(1, 'must not be empty').max(100_000) }),
  NoRelationships,
);

const APPROVE = 'workspace:approve-runs' as const;
const APPLY = 'workspace:apply-runs' as const;
const FORCE_CANCEL = 'workspace:force-cancel-runs' as const;
const ACTIONS = [
  {
    name: 'apply',
    permission: APPLY,
    summary: 'Confirm a run: exactly its plan is applied',
    act: applyOrAsk,
  },
  {
    name: 'approve',
    permission: APPROVE,
    summary: 'Agree to exactly the plan of a run, where its workspace asks for approvals',
    act: approveRun,
  },
  { name: 'discard', permission: APPLY, summary: 'Discard a run: nothing is changed', act: discardRun },
  {
    name: 'cancel',
    permission: APPLY,
    summary: 'Cancel a run: terraform is interrupted once',
    act: cancelRun,
  },
  {
    name: 'force-cancel',
    permission: FORCE_CANCEL,
    summary: 'Kill a canceled run that does not end',
    act: forceCancelRun,
  },
  {
    name: 'force-execute',
    permission: APPLY,
    summary: 'Let a waiting run go first: the runs before it are discarded',
    act: forceExecuteRun,
  },
];

export function runEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;

  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/runs',
      summary: 'Create a run; the same Idempotency-Key header gets the same run for a day',
      example: {
        data: {
          type: 'runs',
          attributes: { message: 'Open port 443', 'plan-only': false },
          relationships: { workspace: { data: { type: 'workspaces', id: 'ws-SihZTyXKfNXUWuUa' } } },
        },
      },
      access: 'account',
      permission: 'workspace:plan-runs',
      params: z.object({}),
      body: z.unknown().optional(),
      bodyShape: CreateBodyShape,
      answers: { 201: documentOf(RunSchema), 403: refusal },
      handle: async ({ caller, body, raw }) => {
        const decoded = decodeRunCreate(body, {
          planOnlyByConfiguration: true,
          variableValueMax: platform.limits.runVariableValueChars,
        });
        if (!decoded.ok) {
          const problems = decoded.issues.map(({ detail, pointer, isBeyondForm: isWellFormed = false }) => ({
            detail,
            pointer,
            isWellFormed,
          }));
          throw new Refusal('invalid_attribute', problems);
        }
        const { workspace_id: workspaceId, params, configuration_version_id } = decoded.request;
        const request = {
          workspaceId,
          params,
          invokeActionAddrs: readActionAddrs(body),
          configurationVersionId: configuration_version_id,
        };
        const created = await createRun(platform, caller, request, recognizeClient(raw.headers));
        try {
          const { data } = await describeDetails(platform, caller, [created], undefined);
          return { status: 201, body: { data: data[0] } };
        } finally {
          // The wake-up comes last: on the embedded database the answer would otherwise wait for a runner's claim.
          platform.wakeUps.wake(topics.work);
        }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id',
      summary: 'Read a run',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(RunSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view): Promise<Answer> => {
          const run = await readRun(view.db, caller, params.id);
          const { data, ...more } = await describeRuns(
            view,
            caller,
            [run],
            query.include,
            isTerraform(raw.headers),
          );
          return { status: 200, body: { data: data[0], ...more } };
        }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/runs',
      summary:
        'List the runs of a workspace, newest first; plan-only runs only when filter[operation] asks for them',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: RunListQuery,
      answers: { 200: pagedListOf(RunSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const workspace = await readWorkspace(view, caller, params.id, 'read-runs');
          return await answerRunsOf(view, caller, workspace.id, query, raw.url);
        }),
    }),
    ...ACTIONS.map(({ name, permission, summary, act }) =>
      endpoint({
        method: 'POST',
        url: `/api/v2/runs/:id/actions/${name}`,
        summary,
        access: 'account',
        permission,
        params: IdParams,
        body: ActionBody,
        answers: { 202: nullBody, 403: refusal },
        handle: async ({ caller, params, body }: ActionRequest) => {
          await act(platform, caller, params.id, body?.comment || undefined);
          return { status: 202, body: null };
        },
      }),
    ),
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/comments',
      summary: 'List the comments on a run',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: listOf(CommentSchema) },
      handle: async ({ caller, params }) =>
        await inSnapshot(platform, async (view) => {
          const run = await readRun(view.db, caller, params.id);
          const comments = await readCommentsOfRun(view.db, run.id);
          return { status: 200, body: { data: comments.map(commentResource) } };
        }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/runs/:id/comments',
      summary: 'Comment on a run',
      example: { data: { type: 'comments', attributes: { body: 'Looks right to me.' } } },
      access: 'account',
      permission: 'workspace:plan-runs',
      params: IdParams,
      body: CommentBody,
      answers: { 201: documentOf(CommentSchema) },
      handle: async ({ caller, params, body }) => {
        const comment = await createComment(platform, caller, params.id, body.data.attributes.body);
        return { status: 201, body: { data: commentResource(comment) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/comments/:id',
      summary: 'Read a comment',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: documentOf(CommentSchema) },
      handle: async ({ caller, params }) => {
        const comment = await readComment(db, caller, params.id);
        return { status: 200, body: { data: commentResource(comment) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/run-events',
      summary: "List a run's events in the order they happened",
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: EventQuery,
      answers: { 200: listOf(RunEventSchema) },
      handle: async ({ caller, params, query }) =>
        await inSnapshot(platform, async (view) => {
          const run = await readRun(view.db, caller, params.id);
          const events = await readEvents(view.db, run.id);
          const included = await includeWithEvents(view, caller, events, parseInclude(query.include));
          return {
            status: 200,
            body: { data: events.map(eventResource), ...(included.length > 0 ? { included } : {}) },
          };
        }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/run-events/:id',
      summary: 'Read an event of a run',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: EventQuery,
      answers: { 200: documentOf(RunEventSchema) },
      handle: async ({ caller, params, query }) => {
        const event = await readEvent(db, caller, params.id);
        const included = await includeWithEvents(platform, caller, [event], parseInclude(query.include));
        return {
          status: 200,
          body: { data: eventResource(event), ...(included.length > 0 ? { included } : {}) },
        };
      },
    }),
  ];
}
