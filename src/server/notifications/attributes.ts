import * as z from 'zod';
import { TRIGGERS } from './triggers.ts';

const name = z.string().min(1, 'must not be empty').max(255, 'must have at most 255 characters');
const kinds = ['generic', 'slack', 'microsoft-teams', 'email'] as const;

const settings = {
  enabled: z.boolean().nullish(),
  url: z.string().max(2_000, 'must have at most 2000 characters').nullish(),
  token: z
    .string()
    .max(1_000, 'must have at most 1000 characters')
    .regex(/^[\x20-\x7e]*$/, 'may only contain ASCII characters')
    .nullish(),
  triggers: z
    .array(z.enum(TRIGGERS, { error: `must be one of ${TRIGGERS.join(', ')}` }))
    .max(100)
    .nullish(),
  'email-addresses': z
    .array(z.email('must be an e-mail address').max(254))
    .max(100, 'may hold at most 100 addresses')
    .nullish(),
};

/** api-contract §5.10. The kind of a configuration never changes afterwards. */
export const NewAttributes = z.object({
  name,
  'destination-type': z.enum(kinds, { error: `must be one of ${kinds.join(', ')}` }),
  ...settings,
});
export const ChangedAttributes = z.object({
  name: name.optional(),
  'destination-type': z.enum(kinds).optional(),
  ...settings,
});

/** The users who get mail. */
export const Relationships = z
  .object({
    users: z
      .object({
        data: z
          .array(z.object({ id: z.string() }))
          .max(100)
          .nullish(),
      })
      .nullish(),
  })
  .nullish();
