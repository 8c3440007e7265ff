import * as z from 'zod';

/** The time without activity after which the workspaces of a project, or one workspace, would be destroyed. */
export const ActivityDuration = z
  .string()
  .regex(/^\d{1,4}[dh]$/, 'must be a number of days or hours like "14d" or "24h"')
  .nullish();
