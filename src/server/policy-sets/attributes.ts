import * as z from 'zod';
import { refusedBecause, refusedObject } from '../http/effect.ts';

const uploaded = 'policies are uploaded (POST /policy-sets/:id/versions), not taken from a repository';
const builtIn = 'the libraries of this server evaluate policies, in the version that it has';
const nothing = (why: string) => z.literal('', { error: `cannot be set: ${why}` }).nullish();

const shared = {
  description: z.string().max(1_000).nullish(),
  global: z.boolean().optional(),
  overridable: z.boolean().nullish(),
  'agent-enabled': z.boolean().nullish(),
  'policy-tool-version': refusedBecause(builtIn, nothing(builtIn)),
  'policies-path': refusedBecause(uploaded, nothing(uploaded)),
  'policy-update-patterns': refusedBecause(
    uploaded,
    z.array(z.string()).max(0, `cannot be set: ${uploaded}`).nullish(),
  ),
  'vcs-repo': refusedObject(uploaded),
  'tag-selectors': refusedBecause(
    'sets are given to workspaces and projects, not to tags',
    z
      .array(z.unknown())
      .max(0, 'cannot be set: sets are given to workspaces and projects, not to tags')
      .nullish(),
  ),
};
const name = z
  .string({ error: 'must be a text' })
  .regex(/^[\w-]{1,90}$/, 'may only contain letters, digits, - and _, at most 90');
const kind = z.enum(['cel', 'opa'], { error: 'must be "cel" or "opa"' });

export const NewSetAttributes = z.object({ name, ...shared, kind: kind.default('cel') });
/** `kind` is part of answers and may be sent back: it never changes. */
export const SetChange = z.object({ name: name.optional(), ...shared, kind: kind.optional() });
