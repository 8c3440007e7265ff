/** A successful call of each endpoint that changes run tasks or their results. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRun, readyWorkspace } from './scenario.ts';
import type { ApiAnswer, TestServer } from './server.ts';
import { attachTask, createTask, stagesOf } from './task-scenario.ts';

const at = (path: string): string => `/api/v2/${path}`;
const attributes = (values: object) => ({ data: { attributes: values } });
const DISABLED = { enabled: false };

/** @param current returns the server of the test, which starts only after this table is made */
export function taskCalls(current: () => TestServer): Record<string, () => Promise<ApiAnswer>> {
  const call = async (method: string, path: string, body?: unknown, token?: string) =>
    await current().call(method, path, body, token);

  async function attached(options: object = {}) {
    const ready = await readyWorkspace(current());
    const made = await attachTask(current(), ready, 'https://example.com/a-secret-path', {
      attributes: { ...DISABLED, 'hmac-key': 'a-secret' },
      ...options,
    });
    return { ...ready, ...made, path: at(`workspaces/${ready.workspaceId}/tasks/${made.attachedId}`) };
  }

  /** A run that waits for a service that is never asked, because its address may not be called. */
  async function waiting(level: 'mandatory' | 'advisory') {
    const { workspaceId, taskId } = await attached({ level, stages: ['pre_plan'] });
    await current()
      .platform.db.updateTable('run_task')
      .set({ enabled: true, overridable: true })
      .where('id', '=', taskId)
      .execute();
    return await createRun(current(), workspaceId);
  }

  async function answered(): Promise<ApiAnswer> {
    const { platform } = current();
    const runId = await waiting('mandatory');
    for (;;) {
      const row = await platform.db
        .selectFrom('task_result')
        .innerJoin('task_stage', 'task_stage.id', 'task_result.task_stage_id')
        .select(['task_result.id', 'sealed_access_token as sealed'])
        .where('run_id', '=', runId)
        .executeTakeFirstOrThrow();
      if (row.sealed !== null) {
        const token = platform.sealer.open(row.sealed, 'task_result.sealed_access_token', row.id);
        const path = at(`task-results/${row.id}/callback`);
        return await call('PATCH', path, attributes({ status: 'running', message: 'a-secret' }), token);
      }
      await sleep(50);
    }
  }

  async function overridden(): Promise<ApiAnswer> {
    const runId = await waiting('mandatory');
    for (;;) {
      const [stage] = await stagesOf(current(), runId);
      if (stage?.attributes.status === 'awaiting_override')
        return await call('POST', at(`task-stages/${stage.id}/actions/override`), { comment: 'why' });
      const { db, wakeUps } = current().platform;
      await db
        .updateTable('task_result')
        .set({ asked_at: new Date(0) })
        .where('task_stage_id', '=', stage?.id ?? '')
        .where('status', '=', 'running')
        .execute();
      wakeUps.wake('task-calls');
      await sleep(100);
    }
  }

  return {
    'POST /api/v2/organizations/:organization/tasks': async () => {
      const { organization } = await readyWorkspace(current());
      const task = { name: 'one', url: 'https://example.com/a-secret-path', ...DISABLED };
      return await call('POST', at(`organizations/${organization}/tasks`), attributes(task));
    },
    'PATCH /api/v2/tasks/:id': async () =>
      await call('PATCH', at(`tasks/${(await attached()).taskId}`), attributes({ description: 'other' })),
    'DELETE /api/v2/tasks/:id': async () => {
      const { organization } = await readyWorkspace(current());
      const id = await createTask(current(), organization, 'https://example.com/a-secret-path', DISABLED);
      return await call('DELETE', at(`tasks/${id}`));
    },
    'POST /api/v2/workspaces/:id/tasks': async () => {
      const { organization, workspaceId } = await readyWorkspace(current());
      const id = await createTask(current(), organization, 'https://example.com', DISABLED);
      return await call('POST', at(`workspaces/${workspaceId}/tasks`), {
        data: { attributes: { stages: ['post_plan'] }, relationships: { task: { data: { id } } } },
      });
    },
    'PATCH /api/v2/workspaces/:id/tasks/:task': async () =>
      await call('PATCH', (await attached()).path, attributes({ stages: ['pre_apply'] })),
    'DELETE /api/v2/workspaces/:id/tasks/:task': async () => await call('DELETE', (await attached()).path),
    'PATCH /api/v2/task-results/:id/callback': answered,
    'POST /api/v2/task-stages/:id/actions/override': overridden,
  };
}
