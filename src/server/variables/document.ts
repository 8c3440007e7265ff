import * as z from 'zod';
import { included, resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';
import type { Variable } from './store.ts';

export const VariableSchema = resource(
  'vars',
  {
    key: z.string(),
    value: z.string().nullable(),
    description: z.string().nullable(),
    category: z.enum(['terraform', 'env']),
    hcl: z.boolean(),
    sensitive: z.boolean(),
    'created-at': Timestamp,
    'version-id': z.string(),
  },
  {
    configurable: toOne('workspaces').optional(),
    varset: toOne('varsets').optional(),
    /** Present only when variables of sets are read for a workspace. */
    overwritten: toMany('vars').optional(),
    overwriter: toOne('vars').optional(),
  },
);

/** All variables on one page: lists of variables are not divided (api-contract §1.4). */
export const VariableListSchema = z.object({
  data: z.array(VariableSchema),
  included,
  meta: z.object({
    pagination: z.object({
      'current-page': z.literal(1),
      'page-size': z.int(),
      'prev-page': z.null(),
      'next-page': z.null(),
      'total-pages': z.literal(1),
      'total-count': z.int(),
    }),
  }),
});

/** A variable (api-contract §5.4). A sensitive value is never sent. */
export function variableResource(variable: Variable) {
  const { id, workspace_id, varset_id } = variable;
  return {
    id,
    type: 'vars',
    attributes: {
      key: variable.key,
      value: variable.value,
      description: variable.description,
      category: variable.category,
      hcl: variable.hcl,
      sensitive: variable.sensitive,
      'created-at': timestamp(variable.created_at),
      'version-id': variable.version_id,
    },
    ...(workspace_id === null
      ? {
          relationships: { varset: reference('varsets', varset_id ?? '') },
          links: { self: `/api/v2/varsets/${varset_id}/relationships/vars/${id}` },
        }
      : {
          relationships: {
            configurable: {
              ...reference('workspaces', workspace_id),
              links: { related: `/api/v2/workspaces/${workspace_id}` },
            },
          },
          links: { self: `/api/v2/workspaces/${workspace_id}/vars/${id}` },
        }),
  };
}

/** See {@link VariableListSchema}. */
export function variableList(variables: readonly Variable[]) {
  return {
    data: variables.map(variableResource),
    meta: {
      pagination: {
        'current-page': 1,
        'page-size': Math.max(variables.length, 1),
        'prev-page': null,
        'next-page': null,
        'total-pages': 1,
        'total-count': variables.length,
      },
    },
  };
}
