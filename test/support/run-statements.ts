import { statementsOf } from './count-statements.ts';
import { createRun, readyWorkspace } from './scenario.ts';
import { mustClaim, type HeldStep } from './scripted-runner.ts';
import type { TestServer } from './server.ts';

/** The SQL statements of each step in a run's life, from its POST to `applied`, by step and in order. */
export async function statementsOfRun(server: TestServer): Promise<Map<string, string[]>> {
  const { db } = server.platform;
  const { workspaceId } = await readyWorkspace(server);
  // The first use of a token writes a row, which must not be counted.
  await createRun(server, (await readyWorkspace(server)).workspaceId);
  await (await mustClaim(server)).finish({ outcome: 'errored' });
  const counted = new Map<string, string[]>();
  let runId = '';
  let step: HeldStep | undefined;
  const count = async (name: string, act: () => Promise<unknown>) =>
    counted.set(
      name,
      (await statementsOf(db, act)).filter((statement) => !OF_OTHERS.test(statement)),
    );
  await count('POST /runs', async () => (runId = await createRun(server, workspaceId)));
  await count('claim of the plan', async () => (step = await mustClaim(server)));
  await count('end of the plan (5 requests)', async () => await step?.finishPlan());
  await count('apply', async () => await server.call('POST', `/api/v2/runs/${runId}/actions/apply`));
  await count('claim of the apply', async () => (step = await mustClaim(server)));
  const counts = { additions: 1, changes: 0, destructions: 0, imports: 0 };
  await count('end of the apply (2 requests)', async () => {
    await step?.sendState(1);
    await step?.finish({ outcome: 'succeeded', counts });
  });
  return counted;
}

/** Statements of background workers. The sender of notifications looks for deliveries whenever it is woken. */
const OF_OTHERS = new RegExp(
  [
    '^select [^;]* from "notification_delivery"',
    // Statements of the workers that seal the audit trail and ask run tasks.
    '"audit_seal"|"audit_entry" as "e"|pg_try_advisory_xact_lock',
    '^select "id", "answered_at"|^select "task_result"."id"|extract\\(epoch from min',
  ].join('|'),
);
