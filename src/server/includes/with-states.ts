import { userSeenBy } from '../access/user-document.ts';
import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { runResourcesWithRelated } from './run-resources.ts';
import { outputResource } from '../states/document.ts';
import { readOutputs } from '../states/service.ts';
import type { StateVersion } from '../states/store.ts';

const RUN_PARTS = ['run.created_by', 'run.configuration_version', 'run.workspace'];
export const STATE_INCLUDES = ['outputs', 'run', 'created_by', ...RUN_PARTS];

/** The resources that `include` names with state versions, each once (api-contract §5.7). */
export async function includeWithStates(
  platform: Platform,
  caller: Caller,
  versions: readonly StateVersion[],
  names: readonly string[],
): Promise<{ id: string; type: string }[]> {
  const ids = (pick: (version: StateVersion) => string | null): string[] => [
    ...new Set(versions.map(pick).filter((id) => id !== null)),
  ];
  const included: { id: string; type: string }[] = [];
  if (names.includes('outputs')) {
    const outputs = await readOutputs(
      platform,
      ids(({ id }) => id),
    );
    included.push(...outputs.map((output) => outputResource(output, { reveal: false })));
  }
  const userIds = ids(({ created_by }) => created_by);
  if (names.includes('created_by') && userIds.length > 0) {
    const users = await platform.db.selectFrom('users').selectAll().where('id', 'in', userIds).execute();
    included.push(...users.map(userSeenBy(caller)));
  }
  if (names.some((name) => name === 'run' || name.startsWith('run.'))) {
    const parts = RUN_PARTS.filter((part) => names.includes(part)).map((part) => part.slice('run.'.length));
    const runIds = ids(({ run_id }) => run_id);
    included.push(...(await runResourcesWithRelated(platform, caller, runIds, parts)));
  }
  const seen = new Map(included.map((resource) => [`${resource.type} ${resource.id}`, resource]));
  return [...seen.values()];
}
