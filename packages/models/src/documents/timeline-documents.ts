import * as z from 'zod';
import { Links, Timestamp, ToOne } from './json-api.ts';

/** A comment on a run (api-contract §2.8). */
export const CommentResource = z.looseObject({
  id: z.string(),
  type: z.literal('comments'),
  attributes: z.looseObject({ body: z.string() }),
  relationships: z.looseObject({ 'run-event': ToOne.optional() }).optional(),
  links: Links.optional(),
});
export type CommentResource = z.infer<typeof CommentResource>;

/** An entry of a run's timeline; `action` is an open word such as `planned` (api-contract §2.8). */
export const RunEventResource = z.looseObject({
  id: z.string(),
  type: z.literal('run-events'),
  attributes: z.looseObject({
    action: z.string(),
    description: z.string().nullish(),
    /** The program that acted for the actor; absent from servers that do not record it. */
    agent: z.string().nullish(),
    'created-at': Timestamp.optional(),
  }),
  relationships: z.looseObject({ actor: ToOne.optional(), comment: ToOne.optional() }).optional(),
  links: Links.optional(),
});
export type RunEventResource = z.infer<typeof RunEventResource>;
