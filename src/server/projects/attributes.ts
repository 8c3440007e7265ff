import { z } from 'zod';

const name = z
  .string()
  .min(3, 'must have at least 3 characters')
  .max(40, 'must have at most 40 characters')
  .regex(/^[A-Za-z0-9 _-]+$/, 'may hold letters, digits, spaces, - and _ only');

const settings = {
  description: z.string().max(256, 'must have at most 256 characters').nullish(),
  'default-execution-mode': z
    .literal('remote', { error: 'must be "remote": set another mode on each workspace instead' })
    .nullish(),
};

/** api-contract §5.2. */
export const NewProjectAttributes = z.object({ name, ...settings });
export const ProjectChange = z.object({ name: name.optional(), ...settings });
export type ProjectChange = z.output<typeof ProjectChange>;
