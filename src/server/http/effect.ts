import type { z } from 'zod';

/**
 * What follows from an attribute that clients of HCP Terraform send. What is declared with neither of these is honoured;
 * docs/compatibility.md tells of all of them, and so does the description of the API.
 */
export type Effect = 'kept' | 'ignored' | 'refused';

/** Clients read back what they have set; nothing here follows from it. Never for what restricts or protects. */
export const keptOnly = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({
    ...schema.meta(),
    effect: 'kept',
    description: 'Kept and shown; nothing follows from it here.',
  });

/** Taken and not kept: the same is known from elsewhere. */
export const ignored = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({ ...schema.meta(), effect: 'ignored', description: 'Taken, and known from elsewhere.' });

/** Takes only what asks for nothing. @param why such as "there are no stacks here" */
export const refusedBecause = <Schema extends z.ZodType>(why: string, schema: Schema): Schema =>
  schema.meta({ ...schema.meta(), effect: 'refused', description: `Cannot be asked for: ${why}.` });
