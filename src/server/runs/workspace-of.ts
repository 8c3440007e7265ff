import type { Caller } from '../access/caller.ts';
import type { WorkspaceScope } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { readPhase, readRun, workspaceOf } from './queries.ts';

/** The workspace of a run that the caller may read. @throws 404 */
export async function workspaceOfRun({ db }: Platform, caller: Caller, id: string): Promise<WorkspaceScope> {
  return workspaceOf(await readRun(db, caller, id));
}

/** The workspace of a plan or an apply that the caller may read. @throws 404 */
export async function workspaceOfPhase(
  { db }: Platform,
  caller: Caller,
  kind: 'plan' | 'apply',
  id: string,
): Promise<WorkspaceScope> {
  return workspaceOf((await readPhase(db, caller, kind, id)).run);
}
