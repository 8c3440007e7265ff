import * as z from 'zod';

/**
 * The effect of an attribute that clients of HCP Terraform send. An attribute declared with none of these is honoured;
 * docs/compatibility.md lists all of them, and so does the description of the API.
 */
export type Effect = 'kept' | 'ignored' | 'refused';

/** Clients read back what they have set; it has no other effect. Never for an attribute that restricts or protects. */
export const keptOnly = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({
    ...schema.meta(),
    effect: 'kept',
    description: 'Kept and shown; nothing follows from it here.',
  });

/** Accepted and not stored: the value is known from elsewhere. */
export const ignored = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({ ...schema.meta(), effect: 'ignored', description: 'Taken, and known from elsewhere.' });

/** Accepts only values that ask for nothing. @param why such as "there are no stacks here" */
export const refusedBecause = <Schema extends z.ZodType>(why: string, schema: Schema): Schema =>
  schema.meta({ ...schema.meta(), effect: 'refused', description: `Cannot be asked for: ${why}.` });

/** The same of an attribute that is an object: null and `{}` ask for nothing, and some clients write either. */
export const refusedObject = (why: string) =>
  refusedBecause(why, z.strictObject({}, { error: `cannot be set: ${why}` }).nullish());
