import { reference, timestamp } from '../http/json-api.ts';
import type { Variable } from './store.ts';

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

/** All of them on one page: lists of variables are not cut (api-contract §1.4). */
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
