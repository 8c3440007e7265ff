import * as z from 'zod';
import { refusedBecause } from '../http/effect.ts';
import { NewVariable, VariableChange } from '../variables/attributes.ts';

const fields = {
  name: z
    .string({ error: 'must be a text' })
    .trim()
    .min(1, 'must not be empty')
    .max(90, 'must have at most 90 characters'),
  description: z.string().max(512, 'must have at most 512 characters').nullish(),
  global: z.boolean().nullish(),
  priority: z.boolean().nullish(),
};

const MAX_RELATED = 1_000;
export const RelatedIds = z.array(z.object({ id: z.string() })).max(MAX_RELATED);
const related = z.object({ data: RelatedIds }).nullish();

/** api-contract §5.5. */
export const NewSetAttributes = z.object(fields);
export const SetChange = z.object({ ...fields, name: fields.name.nullish() });

/** Only an empty list is accepted: a set reaches workspaces, and there are no stacks here. */
const stacks = refusedBecause(
  'there are no stacks here',
  z.object({ data: z.array(z.unknown()).max(0, 'must be empty: there are no stacks here') }).nullish(),
);
const parent = z.object({ data: z.object({ type: z.string(), id: z.string() }).nullish() }).nullish();
const scopes = { workspaces: related, projects: related, stacks };
export const NewSetRelationships = z
  .object({
    ...scopes,
    parent,
    vars: z.object({ data: z.array(z.object({ attributes: NewVariable })).max(MAX_RELATED) }).nullish(),
  })
  .nullish();
/** A variable without an id is added to the set; one with an id is changed by its attributes, if any. */
const vars = z
  .object({
    data: z
      .array(
        z.union([
          z.object({ id: z.string(), attributes: VariableChange.nullish() }),
          z.object({ id: z.null().optional(), attributes: NewVariable }),
        ]),
      )
      .max(MAX_RELATED),
  })
  .nullish();
export const SetRelationships = z.object({ ...scopes, parent, vars }).nullish();

export type NewSet = z.output<typeof NewSetAttributes>;
export type NewSetRelationships = z.output<typeof NewSetRelationships>;
export type SetChange = z.output<typeof SetChange>;
export type SetRelationships = z.output<typeof SetRelationships>;
