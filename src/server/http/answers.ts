import * as z from 'zod';
import { ERRORS, type ErrorCode } from './refusal.ts';

export const JSON_API = 'application/vnd.api+json';

/** The body of an answer; without a schema, bytes of that media type. */
export interface Body {
  contentType: string;
  schema?: z.ZodType | undefined;
}

/**
 * The answers of an endpoint beside its refusals, by status. A schema stands for a JSON:API document; other bodies are
 * declared with {@link nothing}, {@link json} or {@link bytes}; a list means one of several.
 */
export type Answers = Readonly<Record<number, z.ZodType | Body | readonly (z.ZodType | Body)[]>>;

/** An empty body. */
export const nothing: readonly Body[] = [];

/** A body that adds nothing to its status. It is JSON, because clients decode what announces itself as JSON. */
export const nullBody: Body = { contentType: JSON_API, schema: z.null() };

/** JSON that is not a JSON:API document. */
export const json = (schema: z.ZodType): Body => ({ contentType: 'application/json', schema });

/** A body that is passed on as it is. */
export const bytes = (contentType: string): Body => ({ contentType });

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** The body of every refusal (api-contract §1.2). */
export const ErrorDocument = z
  .object({
    errors: z
      .array(
        z.object({
          status: z.string().regex(/^[45]\d\d$/),
          code: z.enum(CODES).meta({ description: 'What went wrong, for programs: it stays as it is.' }),
          title: z.string(),
          detail: z.string().optional(),
          source: z.object({ pointer: z.string().optional(), parameter: z.string().optional() }).optional(),
          links: z.object({ about: z.string() }).optional(),
          meta: z
            .object({
              known: z.array(z.string()).optional().meta({ description: 'The accepted words.' }),
              'well-formed': z.literal(true).optional().meta({
                description:
                  'The request is as this document describes it. What is refused is what it asks for: it does not fit to what there is, or to another of its values.',
              }),
            })
            .optional(),
        }),
      )
      .min(1),
  })
  .meta({ id: 'Errors', description: 'Why a request was refused: each error names the field and the fix.' });

/** A refusal that the method and access of the endpoint do not imply: 403, 412, 409 of a read. */
export const refusal: Body = { contentType: JSON_API, schema: ErrorDocument };

/** The part of an endpoint from which its answers follow. */
interface Answering {
  method: string;
  access: string;
  params: z.ZodType;
  answers: Answers;
}

/** All answers of an endpoint: its own, and the refusals that follow from its access and its input. */
export function answersOf(endpoint: Answering): ReadonlyMap<number, readonly Body[]> {
  const all = new Map<number, Body[]>();
  for (const [status, declared] of Object.entries(endpoint.answers)) {
    all.set(Number(status), [declared].flat().map(toBody));
  }
  for (const status of refusalsOf(endpoint)) {
    const own = all.get(status) ?? [];
    all.set(status, own.includes(refusal) ? own : [...own, refusal]);
  }
  return all;
}

const toBody = (declared: z.ZodType | Body): Body =>
  'contentType' in declared ? declared : { contentType: JSON_API, schema: declared };

/** The refusals before, or independent of, the endpoint's own code. Its own answers name the rest. */
function refusalsOf({ access, method, params }: Answering): number[] {
  const hasParams = !(params instanceof z.ZodObject) || Object.keys(params.shape).length > 0;
  return [
    400,
    ...(access === 'anyone' ? [] : [401]),
    // For a request from another site's page, with the cookie of a session.
    ...(access === 'account' && method !== 'GET' ? [403] : []),
    ...(access !== 'anyone' || hasParams ? [404] : []),
    ...(method === 'GET' ? [] : [408, 409, 413, 415, 422]),
    429,
  ];
}
