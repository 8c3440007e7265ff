import { createReadStream } from 'node:fs';
import * as z from 'zod';
import { bytes, json } from '../answers.ts';
import { endpoint, HIJACKED, type Endpoint } from '../endpoint.ts';
import { refuse } from '../refusal.ts';
import { openApiDocument, type Room } from './document.ts';
import { REFERENCE_TYPES, REFERENCE_URL, referencePage, referencePart } from './reference-page.ts';

const NoParams = z.object({});

/** @param rooms all served endpoints, these included: read when the document is first requested */
export function documentationEndpoints<Caller>(rooms: readonly Room<Caller>[]): Endpoint<Caller>[] {
  let document: string | undefined;
  return [
    endpoint({
      method: 'GET',
      url: '/api/openapi.json',
      summary: 'This description of the API, in OpenAPI 3.1',
      access: 'anyone',
      params: NoParams,
      answers: { 200: json(z.looseObject({ openapi: z.string() })) },
      isConstant: true,
      handle: async () => {
        document ??= JSON.stringify(openApiDocument(rooms));
        return { status: 200, text: document };
      },
    }),
    endpoint({
      method: 'GET',
      url: REFERENCE_URL,
      summary: 'The interactive reference',
      access: 'anyone',
      params: NoParams,
      answers: { 200: bytes('text/html') },
      handle: async () => referencePage(),
    }),
    endpoint({
      method: 'GET',
      url: `${REFERENCE_URL}/:file`,
      summary: 'What the interactive reference is made of',
      access: 'anyone',
      params: z.object({ file: z.string() }),
      answers: { 200: REFERENCE_TYPES.map(bytes) },
      handle: async ({ params, reply }) => {
        const part = referencePart(params.file) ?? refuse('not_found');
        reply.headers({
          'Content-Type': part.contentType,
          'Cache-Control': 'public, max-age=3600',
          'X-Content-Type-Options': 'nosniff',
        });
        await reply.send(part.file === undefined ? part.text : createReadStream(part.file));
        return HIJACKED;
      },
    }),
  ];
}
