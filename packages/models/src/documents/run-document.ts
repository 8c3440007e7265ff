import * as z from 'zod';
import {
  AnyResource,
  Links,
  Pagination,
  Permissions,
  StatusTimestamps,
  Timestamp,
  ToMany,
  ToOne,
} from './json-api.ts';

const Addresses = z.array(z.string()).nullish();

/**
 * The attributes of a run (api-contract §2.3). `status` and `source` are open strings: a server may send words that
 * this library does not know, and must still be readable.
 */
export const RunAttributes = z.looseObject({
  status: z.string(),
  source: z.string().optional(),
  message: z.string().nullish(),
  'has-changes': z.boolean().optional(),
  'created-at': Timestamp.optional(),
  'updated-at': Timestamp.nullish(),
  'canceled-at': Timestamp.nullish(),
  'force-cancel-available-at': Timestamp.nullish(),
  'status-timestamps': StatusTimestamps.optional(),
  'is-destroy': z.boolean().optional(),
  'auto-apply': z.boolean().nullish(),
  refresh: z.boolean().optional(),
  'refresh-only': z.boolean().optional(),
  'plan-only': z.boolean().nullish(),
  'save-plan': z.boolean().optional(),
  'allow-empty-apply': z.boolean().optional(),
  'allow-config-generation': z.boolean().nullish(),
  'debugging-mode': z.boolean().optional(),
  'target-addrs': Addresses,
  'replace-addrs': Addresses,
  'invoke-action-addrs': Addresses,
  'policy-paths': Addresses,
  variables: z.array(z.looseObject({ key: z.string(), value: z.string() })).nullish(),
  'terraform-version': z.string().nullish(),
  'trigger-reason': z.string().nullish(),
  'triggering-source-name': z.string().nullish(),
  'position-in-queue': z.int().optional(),
  actions: z
    .looseObject({
      'is-cancelable': z.boolean().optional(),
      'is-confirmable': z.boolean().optional(),
      'is-discardable': z.boolean().optional(),
      'is-force-cancelable': z.boolean().optional(),
    })
    .optional(),
  permissions: Permissions.optional(),
});
export type RunAttributes = z.infer<typeof RunAttributes>;

export const RunRelationships = z.looseObject({
  workspace: ToOne.optional(),
  'configuration-version': ToOne.optional(),
  plan: ToOne.optional(),
  apply: ToOne.optional(),
  'cost-estimate': ToOne.optional(),
  'policy-checks': ToMany.optional(),
  'task-stages': ToMany.optional(),
  'run-events': ToMany.optional(),
  comments: ToMany.optional(),
  'created-by': ToOne.optional(),
  'confirmed-by': ToOne.optional(),
  'canceled-by': ToOne.optional(),
  'input-state-version': ToOne.optional(),
  'triggering-run': ToOne.optional(),
  'triggering-source': ToOne.optional(),
});
export type RunRelationships = z.infer<typeof RunRelationships>;

export const RunResource = z.looseObject({
  id: z.string(),
  type: z.literal('runs'),
  attributes: RunAttributes,
  relationships: RunRelationships.optional(),
  links: Links.optional(),
});
export type RunResource = z.infer<typeof RunResource>;

/** One run (run-models, Run Details Response). */
export const RunDocument = z.looseObject({ data: RunResource, included: z.array(AnyResource).optional() });
export type RunDocument = z.infer<typeof RunDocument>;

/** A page of runs (run-models, List Runs Response). */
export const RunListDocument = z.looseObject({
  data: z.array(RunResource),
  meta: z.looseObject({ pagination: Pagination.optional() }).optional(),
  links: Links.optional(),
  included: z.array(AnyResource).optional(),
});
export type RunListDocument = z.infer<typeof RunListDocument>;
