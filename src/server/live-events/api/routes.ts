import * as z from 'zod';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { userIdOf, type Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes } from '../../http/answers.ts';
import { endpoint, HIJACKED, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization } from '../../organizations/service.ts';
import { workspaceOfPhase, workspaceOfRun } from '../../runs/workspace-of.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { EVENT_STREAM, openEventStream, type EventStream } from '../event-stream.ts';
import { followLog } from '../follow-log.ts';
import { followRuns, type Scope } from '../follow-runs.ts';
import { createLogTails } from '../log-tails.ts';
import { createRunFeed, parsePosition } from '../run-feed.ts';
import { createViewers, type Viewer } from '../viewers.ts';

const Events = bytes(EVENT_STREAM);
const EventsQuery = z.object({
  organization: z.string().optional().meta({ description: 'The name of an organization.' }),
  workspace: z.string().optional().meta({ description: 'The id of a workspace.' }),
  run: z.string().optional().meta({ description: 'The id of a run.' }),
  after: z.string().optional().meta({ description: 'The id of the last event that was received.' }),
});
const LogQuery = z.object({
  offset: z
    .string()
    .regex(/^\d{0,15}$/, 'must be a number of bytes')
    .optional()
    .meta({ description: 'How many bytes of the log the reader has already.' }),
});

/** A program that does not ask for a stream gets the present events, and then the end: it never waits by mistake. */
const goesOn = ({ headers }: FastifyRequest): boolean =>
  String(headers.accept ?? '')
    .toLowerCase()
    .includes(EVENT_STREAM);

/** Browsers send the id by themselves when they reconnect. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** Events as they happen, as server-sent events (docs/live-events.md). */
export function liveEventEndpoints(platform: Platform): Endpoint<Caller>[] {
  const viewers = createViewers(platform);
  const feed = createRunFeed(platform);
  const tails = createLogTails(platform);

  const scopeOf =
    ({ organization, workspace, run }: z.output<typeof EventsQuery>) =>
    async (caller: Caller): Promise<Scope> => {
      if (run) await workspaceOfRun(platform, caller, run);
      if (workspace) await readWorkspace(platform, caller, workspace, 'read-runs');
      const named = organization ? await readOrganization(platform, caller, organization) : undefined;
      return { organizationId: named?.id, workspaceId: workspace || undefined, runId: run || undefined };
    };

  /** Answers with a stream, and ends it in every case. */
  const answer = (
    viewer: Viewer,
    reply: FastifyReply,
    follow: (stream: EventStream) => Promise<void>,
  ): typeof HIJACKED => {
    const stream = openEventStream(reply);
    follow(stream)
      .catch((error: unknown) => platform.log.warn({ err: error }, 'a stream of events was cut off'))
      .finally(() => {
        viewer.release();
        stream.end();
      });
    return HIJACKED;
  };

  const logStream = (kind: 'plan' | 'apply'): Endpoint<Caller> =>
    endpoint({
      method: 'GET',
      url: `/api/v2/${kind === 'plan' ? 'plans' : 'applies'}/:id/log-stream`,
      summary: `Follow the log of ${kind === 'plan' ? 'a plan' : 'an apply'} while it is written`,
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: LogQuery,
      answers: { 200: Events },
      handle: async ({ caller, params, query, raw, reply }) => {
        const workspace = await workspaceOfPhase(platform, caller, kind, params.id);
        const wanted = lastEventId(raw) ?? query.offset ?? '';
        if (!/^\d{0,15}$/.test(wanted)) refuse('bad_request', 'Last-Event-ID: must be a number of bytes');
        const viewer = viewers.admit(caller);
        return answer(viewer, reply, async (stream) => {
          const tail = tails.open(params.id);
          const following = { viewer, stream, tail, workspace, offset: Number(wanted), goesOn: goesOn(raw) };
          await followLog(platform, following).finally(() => tail.release());
        });
      },
    });

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/events',
      summary: 'Follow what happens to the runs that the caller may read, as server-sent events',
      access: 'account',
      permission: 'account',
      params: z.object({}),
      query: EventsQuery,
      answers: { 200: Events },
      handle: async ({ caller, query, raw, reply }) => {
        // The programs of runs and the readers of audit trails have nothing to follow.
        if (userIdOf(caller) === null) refuse('not_found');
        const ask = scopeOf(query);
        const scope = await ask(caller);
        const last = lastEventId(raw) ?? (query.after || undefined);
        const after = last === undefined ? undefined : parsePosition(last);
        if (last !== undefined && after === undefined) {
          refuse('bad_request', 'Last-Event-ID: must be the id of an event of this stream');
        }
        const viewer = viewers.admit(caller);
        return answer(viewer, reply, async (stream) => {
          await followRuns(platform, feed, {
            viewer,
            stream,
            scopeOf: ask,
            scope,
            after,
            goesOn: goesOn(raw),
          });
        });
      },
    }),
    logStream('plan'),
    logStream('apply'),
  ];
}
