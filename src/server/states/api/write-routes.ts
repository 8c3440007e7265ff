import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes, ErrorDocument, nothing } from '../../http/answers.ts';
import { documentOf } from '../../http/document-schema.ts';
import { ignored } from '../../http/effect.ts';
import { endpoint, HIJACKED, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { LongBytes } from '../../http/body/long-texts.ts';
import { document, IdParams, relationship } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { createStateVersion } from '../../state-writes/create.ts';
import { StateVersionSchema } from '../document.ts';
import { rollBackState } from '../../state-writes/rollback.ts';
import { answerState } from './routes.ts';
import { uploadJsonState, uploadState } from '../../state-writes/upload.ts';
import { findStateFile } from '../service.ts';

/** Larger states are uploaded separately, as terraform does since 1.6. */
const MAX_INLINE_BYTES = 64 * 1024 * 1024;

/** Each character matches in only one way: otherwise a long text that is not base64 would be tried for days. */
const BASE64 = /^[A-Za-z0-9+/\s]*(?:=\s*){0,2}$/;
const Base64 = z.string().meta({ contentEncoding: 'base64' }).nullish();

/** A long value is decoded as it arrives, and never becomes a string. */
const DecodedBase64 = z
  .union([
    z.string().transform((text) => (BASE64.test(text) ? Buffer.from(text, 'base64') : undefined)),
    z.instanceof(LongBytes).transform(({ bytes }) => bytes),
  ])
  .refine((bytes) => bytes !== undefined, 'must be base64')
  .nullish();

/** Every later apply needs a higher serial, and JavaScript counts exactly only below 2^53. */
const MAX_SERIAL = 9_000_000_000_000_000;

const createBody = <Content extends z.ZodType>(content: Content) =>
  document(
    z.object({
      serial: z
        .int({ error: 'must be a whole number' })
        .min(0)
        .max(MAX_SERIAL, `must be at most ${MAX_SERIAL}: applies count on from it`),
      md5: z
        .string({ error: 'is missing: the MD5 of the state file, in hexadecimal' })
        .regex(/^[0-9a-f]{32}$/i, 'must be 32 hexadecimal digits')
        .transform((text) => text.toLowerCase()),
      lineage: z.string().max(200).nullish(),
      state: content,
      'json-state': content,
      // terraform sends these with every state, however large; the outputs are read from the state itself.
      'json-state-outputs': ignored(content),
      force: z.boolean().nullish(),
    }),
    z.object({ run: relationship }).nullish(),
  );

const RollbackBody = document(
  z.unknown().optional(),
  z.object({
    'rollback-state-version': z.object({
      data: z.object({ id: z.string() }, { error: 'must name a state version' }),
    }),
  }),
);

const SignedParams = z.object({ id: z.string(), signature: z.string() });

/** Endpoints that write state versions; routes.ts has those that read them. */
export function stateWriteEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { signer, blobs } = platform;
  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/workspaces/:id/state-versions',
      summary: 'Make a state version; without "state" the answer holds the addresses to upload it to',
      example: {
        data: {
          type: 'state-versions',
          attributes: {
            serial: 1,
            md5: 'd41d8cd98f00b204e9800998ecf8427e',
            lineage: '5f4e9c0a-6d3b-4d0e-9a53-1f4d8c1b7f1e',
          },
        },
      },
      access: 'account',
      permission: 'workspace:write-state',
      params: IdParams,
      body: createBody(DecodedBase64),
      bodyShape: createBody(Base64),
      longTexts: {
        pointers: ['state', 'json-state', 'json-state-outputs'].map((name) => `/data/attributes/${name}`),
        maxBytes: MAX_INLINE_BYTES,
      },
      beforeBody: async ({ caller, params }) =>
        void (await readWorkspace(platform, caller, params.id, 'write-state')),
      answers: { 201: documentOf(StateVersionSchema), 412: ErrorDocument },
      handle: async ({ caller, params, body, raw }) => {
        const { attributes, relationships } = body.data;
        const version = await createStateVersion(platform, caller, params.id, {
          serial: attributes.serial,
          md5: attributes.md5,
          lineage: attributes.lineage ?? null,
          force: attributes.force ?? false,
          isComparedByClient: raw.headers['terraform-version'] !== undefined,
          state: attributes.state ?? undefined,
          jsonState: attributes['json-state'] ?? undefined,
          runId: relationships?.run?.data?.id,
        });
        return await answerState(platform, caller, version, { status: 201 });
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/workspaces/:id/state-versions',
      summary: 'Make an earlier state current again, as a new version',
      access: 'account',
      permission: 'workspace:write-state',
      params: IdParams,
      body: RollbackBody,
      answers: { 201: documentOf(StateVersionSchema) },
      handle: async ({ caller, params, body }) => {
        const { id } = body.data.relationships['rollback-state-version'].data;
        const version = await rollBackState(platform, caller, params.id, id);
        return await answerState(platform, caller, version, { status: 201 });
      },
    }),
    ...(['state', 'json-state'] as const).flatMap((what) => [
      endpoint({
        method: 'PUT',
        url: `/api/v2/uploads/${what}-versions/:id/:signature`,
        summary: `Upload the ${what === 'state' ? 'file' : 'JSON'} of a state version that was announced`,
        access: 'anyone',
        params: SignedParams,
        streamed: true,
        answers: { 200: nothing },
        handle: async ({ params, raw }: { params: z.output<typeof SignedParams>; raw: FastifyRequest }) => {
          if (!signer.verify(`upload-${what}`, params.id, params.signature)) refuse('not_found');
          const upload = what === 'state' ? uploadState : uploadJsonState;
          const actor = { kind: 'address', origin: { address: raw.ip, requestId: raw.id } } as const;
          await upload(platform, actor, params.id, streamedBody(raw));
          return { status: 200 };
        },
      }),
      endpoint({
        method: 'GET',
        url: `/api/v2/downloads/${what}-versions/:id/:signature`,
        summary: `Download the ${what === 'state' ? 'file' : 'JSON'} of a state version`,
        access: 'anyone',
        params: SignedParams,
        answers: { 200: bytes('application/json') },
        handle: async ({ params, reply }) => {
          if (!signer.verify(`download-${what}`, params.id, params.signature)) refuse('not_found');
          const sha256 = await findStateFile(platform, params.id, what);
          await reply.header('Content-Type', 'application/json').send(await blobs.open(sha256));
          return HIJACKED;
        },
      }),
    ]),
  ];
}
