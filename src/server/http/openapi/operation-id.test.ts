import { expect, test } from 'vitest';
import { operationId } from './operation-id.ts';

test.each([
  ['GET', '/api/v2/runs/:id', 'readRun'],
  ['POST', '/api/v2/runs', 'createRun'],
  ['POST', '/api/v2/runs/:id/actions/force-cancel', 'forceCancelRun'],
  ['GET', '/api/v2/runs/:id/plan', 'readPlanOfRun'],
  ['GET', '/api/v2/runs/:id/plan/json-output', 'readJsonOutputOfPlanOfRun'],
  ['GET', '/api/v2/account/details', 'readDetailsOfAccount'],
  ['PATCH', '/api/v2/organizations/:organization/workspaces/:name', 'updateWorkspaceOfOrganization'],
  ['DELETE', '/api/v2/authentication-tokens/:id', 'deleteAuthenticationToken'],
  ['POST', '/api/v2/varsets/:id/relationships/workspaces', 'addWorkspacesOfVarset'],
  ['DELETE', '/api/v2/varsets/:id/relationships/vars/:var', 'deleteVarOfVarset'],
  ['GET', '/api/v2/projects/:id/relationships/tag-bindings', 'listRelatedTagBindingsOfProject'],
  ['POST', '/api/agent/v1/steps/:id/heartbeat', 'createHeartbeatOfStep'],
  ['GET', '/api/v2/organization/audit-trail', 'readAuditTrailOfOrganization'],
  ['GET', '/healthz', 'readHealthz'],
])('the endpoint %s %s is named %s', (method, url, id) => {
  expect(operationId(method, url, false)).toBe(id);
});

test('a list is named after its resources', () => {
  expect(operationId('GET', '/api/v2/workspaces/:id/runs', true)).toBe('listRunsOfWorkspace');
  expect(operationId('PATCH', '/api/v2/projects/:id/tag-bindings', true)).toBe('updateTagBindingsOfProject');
});
