import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { differences, recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import type { TaskLevel, TaskStageName } from '../database/tables/run-tasks.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken } from '../http/taken-name.ts';
import { requireCallable, verifyService } from './verify.ts';

const record = recorderOf('tasks');

export type RunTask = Row<'run_task'>;

export interface RunTaskFields {
  name?: string | undefined;
  url?: string | undefined;
  description?: string | undefined;
  enabled?: boolean | undefined;
  overridable?: boolean | undefined;
  /** null and an empty text remove the key. */
  hmacKey?: string | null | undefined;
  global?:
    | { enabled?: boolean | undefined; stages?: TaskStageName[] | undefined; level?: TaskLevel | undefined }
    | undefined;
}

/** The limit keeps the stages and requests of a run to a number that people can wait for. */
const MAX_PER_ORGANIZATION = 100;

/** @throws 404 when it does not exist, or the caller may not do this with it */
export async function readRunTask(
  { db }: Pick<Platform, 'db'>,
  caller: Caller,
  id: string,
  permission: 'member' | 'manage-run-tasks',
): Promise<RunTask> {
  const task = await db.selectFrom('run_task').selectAll().where('id', '=', id).executeTakeFirst();
  if (task === undefined) refuse('not_found');
  await requireInOrganization(db, caller, task.organization_id, permission);
  return task;
}

export async function listRunTasks(
  { db }: Pick<Platform, 'db'>,
  organizationId: string,
  page: Page,
): Promise<{ tasks: RunTask[]; totalCount: number }> {
  const all = db.selectFrom('run_task').where('organization_id', '=', organizationId);
  const { rows: tasks, totalCount } = await readPage(all.selectAll().orderBy('name').orderBy('id'), page);
  return { tasks, totalCount };
}

/** An enabled task is verified first: its service must accept a request. @throws 422 */
export async function createRunTask(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  { name, url, ...fields }: RunTaskFields & { name: string; url: string },
): Promise<RunTask> {
  const id = newId('task');
  const hmacKey = fields.hmacKey || null;
  if (fields.enabled === false) requireCallable(platform, url);
  else await verifyService(platform, { url, hmacKey });
  return await transact(platform.db, async (tx) => {
    await refuseTooMany(tx, organizationId);
    const task = await tx
      .insertInto('run_task')
      .values({
        id,
        organization_id: organizationId,
        name,
        url,
        description: fields.description ?? '',
        enabled: fields.enabled ?? true,
        overridable: fields.overridable ?? false,
        sealed_hmac_key: seal(platform, id, hmacKey),
        is_global: fields.global?.enabled ?? false,
        global_stages: JSON.stringify(eachOnce(fields.global?.stages ?? [])),
        global_level: fields.global?.level ?? 'advisory',
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, task, 'create', { after: describe(task) });
    return task;
  }).catch(refuseIfNameIsTaken);
}

/** Changes only the given attributes. A new URL or key is verified first, and so is a task that is switched on. */
export async function updateRunTask(
  platform: Platform,
  caller: Caller,
  before: RunTask,
  fields: RunTaskFields,
): Promise<RunTask> {
  const url = fields.url ?? before.url;
  const enabled = fields.enabled ?? before.enabled;
  const isOther = url !== before.url || fields.hmacKey !== undefined || (enabled && !before.enabled);
  if (isOther && enabled) {
    const hmacKey = fields.hmacKey === undefined ? openHmacKey(platform, before) : fields.hmacKey || null;
    await verifyService(platform, { url, hmacKey });
  } else if (isOther) requireCallable(platform, url);
  return await transact(platform.db, async (tx) => {
    const task = await tx
      .updateTable('run_task')
      .set({
        name: fields.name ?? before.name,
        url,
        enabled,
        description: fields.description ?? before.description,
        overridable: fields.overridable ?? before.overridable,
        ...(fields.hmacKey === undefined
          ? {}
          : { sealed_hmac_key: seal(platform, before.id, fields.hmacKey || null) }),
        is_global: fields.global?.enabled ?? before.is_global,
        global_stages: JSON.stringify(eachOnce(fields.global?.stages ?? before.global_stages)),
        global_level: fields.global?.level ?? before.global_level,
        updated_at: new Date(),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    if (task === undefined) return refuse('not_found');
    const changes = differences(describe(before), describe(task));
    await record(tx, caller, task, 'update', changes);
    return task;
  }).catch(refuseIfNameIsTaken);
}

/** Runs with the task whose service has not been asked yet count the task as failed: they get no answer. */
export async function deleteRunTask({ db }: Platform, caller: Caller, task: RunTask): Promise<void> {
  await transact(db, async (tx) => {
    (await tx.deleteFrom('run_task').where('id', '=', task.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await record(tx, caller, task, 'destroy', { before: describe(task) });
  });
}

export const openHmacKey = (
  { sealer }: Pick<Platform, 'sealer'>,
  { id, sealed_hmac_key: sealed }: Pick<RunTask, 'id' | 'sealed_hmac_key'>,
): string | null => (sealed === null ? null : sealer.open(sealed, 'run_task.sealed_hmac_key', id));

const seal = ({ sealer }: Platform, id: string, key: string | null): string | null =>
  key === null ? null : sealer.seal(key, 'run_task.sealed_hmac_key', id);

/** Each stage once, in the given order: clients compare the answer with what they sent. */
export const eachOnce = (stages: readonly TaskStageName[]): TaskStageName[] => [...new Set(stages)];

async function refuseTooMany(tx: Tx, organizationId: string): Promise<void> {
  await tx.selectFrom('organization').select('id').where('id', '=', organizationId).forUpdate().execute();
  const { count } = await tx
    .selectFrom('run_task')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  if (count >= MAX_PER_ORGANIZATION)
    refuse('unprocessable', `An organization may have ${MAX_PER_ORGANIZATION} run tasks: delete one first.`);
}

/** For the audit trail: parts of a URL other than its host may be a secret. */
const describe = (task: RunTask): Record<string, unknown> => ({
  name: task.name,
  host: new URL(task.url).host,
  description: task.description,
  enabled: task.enabled,
  overridable: task.overridable,
  signed: task.sealed_hmac_key !== null,
  global: task.is_global,
  'global-stages': task.global_stages,
  'global-enforcement-level': task.global_level,
});
