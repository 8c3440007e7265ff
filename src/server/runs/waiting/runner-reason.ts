import type { Kysely } from 'kysely';
import { countAgents } from '../../agent-pools/agents.ts';
import type { Platform } from '../../context.ts';
import type { Database } from '../../database/schema.ts';
import { readQueue } from '../queue.ts';
import type { Run } from '../transitions.ts';
import type { WaitReason } from './document.ts';
import { readDurations } from './history.ts';

/** Why no runner has taken its plan or its apply yet. */
export async function runnerReason(platform: Platform, run: Run): Promise<WaitReason> {
  const { db } = platform;
  const kind = run.status === 'apply_queued' ? 'apply' : 'plan';
  const phase = await db
    .selectFrom('run_phase')
    .leftJoin('agent_pool', 'agent_pool.id', 'run_phase.agent_pool_id')
    .select(['agent_pool.id as pool_id', 'agent_pool.name as pool_name', 'run_phase.status_timestamps'])
    .where('run_phase.run_id', '=', run.id)
    .where('run_phase.kind', '=', kind)
    .executeTakeFirstOrThrow();
  const stamp = phase.status_timestamps['queued-at'];
  const since = stamp === undefined ? null : new Date(stamp);
  const count = async (options?: { drained: boolean }) =>
    phase.pool_id === null ? 1 : (await countAgents(platform, [phase.pool_id], options)).get(phase.pool_id);
  if ((await count({ drained: false })) === 0) {
    const isOnline = (await count()) !== 0;
    const what = isOnline ? 'takes new work: resume one, or start another' : 'is online: start one';
    return {
      kind: 'no-runner-online',
      message: `No agent of the pool ${phase.pool_name ?? ''} ${what}.`,
      needsPerson: true,
      since,
      agentPoolId: phase.pool_id,
    };
  }
  const { position, running } = await placeOf(db, run, phase.pool_id);
  const usual = (await readDurations(db, run.workspace_id))[kind];
  const of = phase.pool_id === null ? 'this server' : `the pool ${phase.pool_name ?? ''}`;
  const busy = running === 0 ? 'has one free soon' : `works on ${running} ${running === 1 ? 'run' : 'runs'}`;
  return {
    kind: 'runners-busy',
    message: `It waits for a runner of ${of}, which ${busy}; it is number ${position} of those that wait.`,
    needsPerson: false,
    since,
    position,
    estimatedSeconds: usual === null ? null : Math.round((usual * position) / Math.max(1, running)),
    agentPoolId: phase.pool_id,
  };
}

/** Its place among the waiting runs for the same runners, from 1, and how many they work on. */
async function placeOf(
  db: Kysely<Database>,
  run: Run,
  poolId: string | null,
): Promise<{ position: number; running: number }> {
  const queue = await readQueue(db, run.organization_id);
  if (queue.length === 0) return { position: 1, running: 0 };
  const phases = await db
    .selectFrom('run_phase')
    .select(['run_id', 'agent_pool_id'])
    .where(
      'run_id',
      'in',
      queue.map(({ id }) => id),
    )
    .where('status', 'in', ['queued', 'running'])
    .execute();
  const pools = new Map(phases.map(({ run_id: id, agent_pool_id: pool }) => [id, pool]));
  const same = queue.filter(({ id }) => pools.get(id) === poolId);
  const waiting = same.filter(({ running }) => !running);
  const place = waiting.findIndex(({ id }) => id === run.id);
  return { position: place + 1 || 1, running: same.length - waiting.length };
}
