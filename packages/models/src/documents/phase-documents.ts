import * as z from 'zod';
import { AnyResource, Links, Permissions, StatusTimestamps, ToMany } from './json-api.ts';

/** The statuses of a plan (api-contract §4.1). Responses still accept any string. */
export const PlanStatus = z.enum([
  'pending',
  'managed_queued',
  'queued',
  'running',
  'errored',
  'canceled',
  'finished',
  'unreachable',
]);
export type PlanStatus = z.infer<typeof PlanStatus>;

/** The statuses of an apply (api-contract §4.1). */
export const ApplyStatus = z.enum([
  'created',
  'pending',
  'queued',
  'agent_queued',
  'running',
  'errored',
  'canceled',
  'finished',
  'unreachable',
]);
export type ApplyStatus = z.infer<typeof ApplyStatus>;

const count = z.int().nullish();

/** The common attributes of plans and applies. `log-read-url` is a capability: its holder may read the log. */
const phaseAttributes = {
  status: z.string(),
  'status-timestamps': StatusTimestamps.optional(),
  'log-read-url': z.string().nullish(),
  'resource-additions': count,
  'resource-changes': count,
  'resource-destructions': count,
  'resource-imports': count,
  'structured-run-output-enabled': z.boolean().nullish(),
  'execution-details': z.looseObject({ mode: z.string().optional() }).nullish(),
  providers: z
    .array(
      z.looseObject({
        address: z.string(),
        version: z.string(),
        h1: z.string().nullish(),
        /** `store`, `registry` or `configuration`. */
        source: z.string(),
        'size-bytes': z.int().nullish(),
        milliseconds: z.int().nullish(),
      }),
    )
    .nullish(),
};

export const PlanResource = z.looseObject({
  id: z.string(),
  type: z.literal('plans'),
  attributes: z.looseObject({
    ...phaseAttributes,
    'has-changes': z.boolean().nullish(),
    'generated-configuration': z.boolean().nullish(),
    /** Only from Runwright, 0 to 100: how much attention the plan needs. */
    'risk-score': z.int().nullish(),
    'risk-level': z.string().nullish(),
    modules: z
      .array(
        z.looseObject({
          key: z.string(),
          source: z.string(),
          version: z.string().nullish(),
          commit: z.string().nullish(),
          h1: z.string().nullish(),
        }),
      )
      .nullish(),
    actions: z.looseObject({ 'is-exportable': z.boolean().optional() }).optional(),
    permissions: Permissions.optional(),
  }),
  relationships: z
    .looseObject({ 'state-versions': ToMany.optional(), exports: ToMany.optional() })
    .optional(),
  links: Links.optional(),
});
export type PlanResource = z.infer<typeof PlanResource>;

export const ApplyResource = z.looseObject({
  id: z.string(),
  type: z.literal('applies'),
  attributes: z.looseObject({ ...phaseAttributes, 'action-invocations': count, 'action-failures': count }),
  relationships: z.looseObject({ 'state-versions': ToMany.optional() }).optional(),
  links: Links.optional(),
});
export type ApplyResource = z.infer<typeof ApplyResource>;

export const PlanDocument = z.looseObject({ data: PlanResource, included: z.array(AnyResource).optional() });
export type PlanDocument = z.infer<typeof PlanDocument>;

export const ApplyDocument = z.looseObject({
  data: ApplyResource,
  included: z.array(AnyResource).optional(),
});
export type ApplyDocument = z.infer<typeof ApplyDocument>;
