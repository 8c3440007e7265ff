import * as z from 'zod';
import { keptOnly, refusedBecause } from '../http/effect.ts';
import { OptionalId } from '../http/json-api.ts';
import { ActivityDuration } from './activity-duration.ts';

const name = z
  .string()
  .min(3, 'must have at least 3 characters')
  .max(40, 'must have at most 40 characters')
  .regex(/^[A-Za-z0-9 _-]+$/, 'may only contain letters, digits, spaces, - and _');

/** The pool goes with the mode: neither can be overwritten without the other. */
const overwritesAgree = (overwrites: {
  'default-execution-mode'?: boolean | undefined;
  'default-agent-pool'?: boolean | undefined;
}): boolean => {
  const { 'default-execution-mode': mode, 'default-agent-pool': pool } = overwrites;
  return mode === undefined || pool === undefined || mode === pool;
};
const OVERWRITES_DISAGREE =
  'If agent-pool and execution-mode are both included in setting-overwrites, their values must be the same.';

const settings = {
  description: z.string().max(256, 'must have at most 256 characters').nullish(),
  /** null, like an overwrite that is switched off, means the organization's mode. */
  'default-execution-mode': z
    .enum(['remote', 'local', 'agent'], { error: 'must be "remote", "local" or "agent"' })
    .nullish(),
  'default-agent-pool-id': OptionalId,
  'auto-destroy-activity-duration': keptOnly(ActivityDuration),
  'stacks-default-execution-mode': refusedBecause(
    'there are no stacks here',
    z.null({ error: 'cannot be set: there are no stacks here' }).optional(),
  ),
  'setting-overwrites': z
    .object({
      'default-execution-mode': z.boolean().optional(),
      'default-agent-pool': z.boolean().optional(),
    })
    .refine(overwritesAgree, OVERWRITES_DISAGREE)
    .nullish(),
};

/** api-contract §5.2. */
export const NewProjectAttributes = z.object({ name, ...settings });
export const ProjectChange = z.object({ name: name.optional(), ...settings });
export type ProjectChange = z.output<typeof ProjectChange>;
