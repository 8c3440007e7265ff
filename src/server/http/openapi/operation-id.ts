import { camelCase, pascalCase, singular } from '../names.ts';

const VERBS: Record<string, string> = {
  GET: 'read',
  POST: 'create',
  PUT: 'put',
  PATCH: 'update',
  DELETE: 'delete',
};
const RELATIONSHIP_VERBS: Record<string, string> = {
  // Related resources may also have a list under a URL of their own.
  GET: 'listRelated',
  POST: 'add',
  PATCH: 'replace',
  DELETE: 'remove',
};

/**
 * The name of an endpoint in generated clients: `GET /api/v2/workspaces/:id/runs` is `listRunsOfWorkspace`,
 * `POST /api/v2/runs/:id/actions/apply` is `applyRun`.
 *
 * @param isList whether the answer holds many resources
 */
export function operationId(method: string, url: string, isList: boolean): string {
  const segments = url
    .replace(/^\/api(\/v2|\/agent\/v1)?\//, '/')
    .split('/')
    .filter((segment) => segment !== '');
  const actionAt = segments.indexOf('actions');
  if (actionAt > 0) {
    const owner = segments.slice(0, actionAt);
    return camelCase(segments.slice(actionAt + 1).join('-')) + thing(owner, true);
  }
  if (segments.at(-2) === 'relationships') {
    const owner = segments.filter((segment) => segment !== 'relationships');
    return (RELATIONSHIP_VERBS[method] ?? method.toLowerCase()) + thing(owner, false);
  }
  // An owner has one such token, which a new one replaces, apart from the list of its tokens.
  if (method === 'POST' && segments.at(-1) === 'authentication-token')
    return `regenerate${thing(segments, true)}`;
  const verb = isList && method === 'GET' ? 'list' : (VERBS[method] ?? method.toLowerCase());
  const endsInOne = segments.at(-1)?.startsWith(':') ?? false;
  return verb + thing(segments, endsInOne || method === 'POST');
}

/** `workspaces/:id/runs` → `RunsOfWorkspace`; `RunOfWorkspace` when a single run is meant. */
function thing(segments: readonly string[], isOne: boolean): string {
  const names = segments
    .map((segment, index) => ({ segment, hasParameter: segments[index + 1]?.startsWith(':') ?? false }))
    .filter(({ segment }) => !segment.startsWith(':') && segment !== 'relationships');
  return names
    .map(({ segment, hasParameter }, index) => {
      const isLast = index === names.length - 1;
      return pascalCase((isLast ? isOne : hasParameter) ? singular(segment) : segment);
    })
    .reverse()
    .join('Of');
}
