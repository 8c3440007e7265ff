import { z } from 'zod';

const name = z
  .string()
  .min(3, 'must have at least 3 characters')
  .max(40, 'must have at most 40 characters')
  .regex(/^[A-Za-z0-9 _-]+$/, 'may hold letters, digits, spaces, - and _ only');

const settings = {
  description: z.string().max(256, 'must have at most 256 characters').nullish(),
  /** null, as an overwrite that is switched off: as the organization says. */
  'default-execution-mode': z
    .enum(['remote', 'local', 'agent'], { error: 'must be "remote", "local" or "agent"' })
    .nullish(),
  'default-agent-pool-id': z.string().nullish(),
  'setting-overwrites': z
    .object({
      'default-execution-mode': z.boolean().optional(),
      'default-agent-pool': z.boolean().optional(),
    })
    .nullish(),
};

/** api-contract §5.2. */
export const NewProjectAttributes = z.object({ name, ...settings });
export const ProjectChange = z.object({ name: name.optional(), ...settings });
export type ProjectChange = z.output<typeof ProjectChange>;
