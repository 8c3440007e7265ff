/** A successful call of each endpoint of approvals, for tests that go over every endpoint. */
import { createRun, readyWorkspace, uniqueName } from './scenario.ts';
import { mustClaim } from './scripted-runner.ts';
import type { ApiAnswer, TestServer } from './server.ts';

type Calls = Record<string, () => Promise<ApiAnswer>>;

/** @param current returns the server of the test, which starts only after this table is made */
export const approvalCalls = (current: () => TestServer): Calls => ({
  'POST /api/v2/runs/:id/actions/approve': async () => {
    const server = current();
    const { organization, workspaceId } = await readyWorkspace(server, {
      'approval-rules': [{ 'team-id': null, approvals: 1 }],
    });
    const runId = await createRun(server, workspaceId);
    await (await mustClaim(server)).finishPlan();
    const second = await server.addUser(uniqueName('second'), [organization]);
    return await server.call('POST', `/api/v2/runs/${runId}/actions/approve`, { comment: 'yes' }, second);
  },
});
