import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import type { ArtifactName } from '../../../protocol/agent.ts';
import type { WorkspacePermission } from '../../access/permissions.ts';
import { bytes, nothing } from '../../http/answers.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, HIJACKED, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import { IdParams } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { isTerraform } from '../../http/terraform-client.ts';
import { stateVersionResource, StateVersionSchema } from '../../states/document.ts';
import { readFacts, readStateVersion } from '../../states/service.ts';
import { ApplySchema, PlanSchema } from '../document.ts';
import { readLog, readWholeLog } from '../log.ts';
import { phaseDocument } from '../phases.ts';
import { readPhase, readRun, findPhaseId, findInputState } from '../queries.ts';
import { rememberShownError } from '../terraform-status.ts';
import { findArtifact } from '../plan-artifacts.ts';

interface PhaseRequest {
  caller: Caller;
  params: { id: string };
  reply: FastifyReply;
}

interface PlanArtifact {
  path: string;
  name: ArtifactName;
  permission: WorkspacePermission;
  summary: string;
}

/** The artifacts of a finished plan. They are streamed as they are, so no server holds a big plan in memory. */
const PLAN_ARTIFACTS: readonly PlanArtifact[] = [
  {
    path: 'json-output',
    name: 'plan-json',
    // It holds sensitive values in clear.
    permission: 'read-plan-json',
    summary: 'The plan as terraform show -json prints it',
  },
  {
    path: 'json-output-redacted',
    name: 'redacted-plan',
    permission: 'read-runs',
    summary: 'The plan as the terraform CLI draws it, without sensitive values',
  },
  {
    path: 'json-schema',
    name: 'provider-schemas',
    permission: 'read-runs',
    summary: 'The schemas of the providers in the plan as terraform providers schema -json prints them',
  },
];
const PhaseAnswers = {
  plan: { 200: documentOf(PlanSchema) },
  apply: { 200: documentOf(ApplySchema) },
};
const ArtifactAnswers = { 200: bytes('application/json'), 204: nothing };

const LogParams = z.object({ id: z.string(), signature: z.string() });
/** Any other value would be answered with the whole log, or its start. */
const wholeNumber = z
  .string({ error: 'must be given once' })
  .regex(/^\d*$/, 'must be a number of bytes')
  .transform((digits) => (digits === '' ? undefined : Math.min(Number(digits), Number.MAX_SAFE_INTEGER)))
  .optional();
const LogQuery = z.object({ offset: wholeNumber, limit: wholeNumber });

export function phaseEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer, blobs } = platform;

  const answer = async (kind: 'plan' | 'apply', caller: Caller, id: string): Promise<Answer> => {
    const data = await inSnapshot(platform, async (view) => {
      const { phase, run } = await readPhase(view.db, caller, kind, id);
      return await phaseDocument(view, phase, run);
    });
    return { status: 200, body: { data } };
  };
  const phaseOfRun = async (
    caller: Caller,
    runId: string,
    kind: 'plan' | 'apply',
    permission?: WorkspacePermission,
  ): Promise<string> => {
    const run = await readRun(db, caller, runId, permission);
    return (await findPhaseId(db, run.id, kind)) ?? refuse('not_found');
  };

  /** 204 while the plan is not finished, or when its runner left no such artifact (api-contract §4.2). */
  const answerArtifact = async (
    { name, permission }: PlanArtifact,
    caller: Caller,
    planId: string,
    reply: FastifyReply,
  ): Promise<Answer | typeof HIJACKED> => {
    const { phase } = await readPhase(db, caller, 'plan', planId, permission);
    const artifact = phase.status === 'finished' ? await findArtifact(db, planId, name) : undefined;
    if (artifact === undefined) return { status: 204 };
    await reply.header('Content-Type', 'application/json').send(await blobs.open(artifact.sha256));
    return HIJACKED;
  };

  return [
    ...(['plan', 'apply'] as const).flatMap((kind) => [
      endpoint({
        method: 'GET',
        url: `/api/v2/${kind === 'plan' ? 'plans' : 'applies'}/:id`,
        summary: `Read ${kind === 'plan' ? 'a plan' : 'an apply'}`,
        access: 'account',
        permission: 'workspace:read-runs',
        params: IdParams,
        answers: PhaseAnswers[kind],
        handle: async ({ caller, params }: { caller: Caller; params: { id: string } }) =>
          await answer(kind, caller, params.id),
      }),
      endpoint({
        method: 'GET',
        url: `/api/v2/runs/:id/${kind}`,
        summary: `Read the ${kind} of a run`,
        access: 'account',
        permission: 'workspace:read-runs',
        params: IdParams,
        answers: PhaseAnswers[kind],
        handle: async ({ caller, params }: { caller: Caller; params: { id: string } }) =>
          await answer(kind, caller, await phaseOfRun(caller, params.id, kind)),
      }),
    ]),
    ...PLAN_ARTIFACTS.flatMap((artifact) => [
      endpoint({
        method: 'GET',
        url: `/api/v2/plans/:id/${artifact.path}`,
        summary: `${artifact.summary}; 204 while there is none`,
        access: 'account',
        permission: `workspace:${artifact.permission}`,
        params: IdParams,
        answers: ArtifactAnswers,
        handle: async ({ caller, params, reply }: PhaseRequest) =>
          await answerArtifact(artifact, caller, params.id, reply),
      }),
      endpoint({
        method: 'GET',
        url: `/api/v2/runs/:id/plan/${artifact.path}`,
        summary: `${artifact.summary}, by the run; 204 while there is none`,
        access: 'account',
        permission: `workspace:${artifact.permission}`,
        params: IdParams,
        answers: ArtifactAnswers,
        handle: async ({ caller, params, reply }: PhaseRequest) =>
          await answerArtifact(
            artifact,
            caller,
            await phaseOfRun(caller, params.id, 'plan', artifact.permission),
            reply,
          ),
      }),
    ]),
    endpoint({
      method: 'GET',
      url: '/api/v2/applies/:id/errored-state',
      summary: 'The state a failed apply left that could not become current',
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      answers: { 200: bytes('application/json') },
      handle: async ({ caller, params, reply }) => {
        const { phase } = await readPhase(db, caller, 'apply', params.id, 'read-state');
        if (phase.errored_state_sha256 === null) refuse('not_found');
        await reply
          .header('Content-Type', 'application/json')
          .send(await blobs.open(phase.errored_state_sha256));
        return HIJACKED;
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/input-state-version',
      summary: 'Read the state version that the plan of a run was made from',
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      answers: { 200: documentOf(StateVersionSchema) },
      handle: async ({ caller, params }) => {
        const run = await readRun(db, caller, params.id, 'read-state');
        const id = await findInputState(db, run.id);
        if (id === null) refuse('not_found');
        const version = await readStateVersion(platform, caller, id);
        const facts = (await readFacts(platform, caller, [version])).get(version.id) ?? refuse('not_found');
        return { status: 200, body: { data: stateVersionResource(version, facts) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/logs/:id/:signature',
      summary:
        'Bytes of a plan or apply log from an offset on; held open up to a second (for terraform longer) for new ones',
      access: 'anyone',
      params: LogParams,
      query: LogQuery,
      answers: { 200: bytes('text/plain') },
      handle: async ({ params, query, raw, reply }) => {
        if (!signer.verify('read-log', params.id, params.signature)) refuse('not_found');
        const gone = goneSignal(reply);
        const { offset = 0, limit } = query;
        const bytes =
          limit === undefined
            ? await readWholeLog(platform, params.id, offset, gone)
            : await readLog(platform, params.id, offset, limit, gone, isTerraform(raw.headers));
        if (bytes === undefined) refuse('not_found');
        if (isTerraform(raw.headers)) await rememberShownError(db, params.id);
        await reply.header('Content-Type', 'text/plain; charset=utf-8').send(bytes);
        return HIJACKED;
      },
    }),
  ];
}
