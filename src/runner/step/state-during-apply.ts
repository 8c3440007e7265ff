import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mentionsWorkspaceName, replaceBackend, type PlanFile } from '../plan-file/plan-file.ts';
import { openStateEndpoint } from '../state/state-endpoint.ts';
import { writeDurably } from '../state/write-durably.ts';
import { getHttpBackendPointer } from './http-backend-pointer.ts';
import type { Prepared } from './prepared.ts';
import type { EngineCall } from './run-engine.ts';
import { openApplyState } from './state-access.ts';
import type { StepContext } from './step-context.ts';

/** Where terraform keeps its state during an apply (docs/adr/0005). */
export interface ApplyState {
  /** The path on the host, out of the run's reach. */
  planFile: string;
  args: string[];
  environment: Record<string, string>;
  beforeKill?: EngineCall['beforeKill'];
  close(): Promise<void>;
}

/**
 * The local backend rewrites the whole state for each change of a resource. Its work is changes times instances; this
 * limit is 200 new resources, which cost a third of a second.
 */
const LOCAL_BACKEND_WORK = 200 * 200;
/** How long a kill waits for terraform to save its state. */
const SAVE_BEFORE_KILL_MS = 5_000;

/** `plan`: the content of `planFile`, if this code can read it; its digest is the approved one. */
export async function chooseApplyState(
  context: StepContext,
  prepared: Prepared,
  plan: PlanFile | undefined,
  planFile: string,
): Promise<ApplyState> {
  const access = openApplyState(prepared, plan?.workspace ?? context.step.workspace.name);
  const local: ApplyState = { ...access, planFile, close: () => Promise.resolve() };
  if (!plan || !isWorthHttp(plan, prepared)) return local;
  const pointer = await getHttpBackendPointer(context, prepared);
  if (!pointer) return local;

  const patched = join(context.folder.root, 'run-http.tfplan');
  await writeFile(patched, replaceBackend(plan, pointer), { mode: 0o600 });
  if (prepared.priorState) await writeDurably(prepared.locations.posted, prepared.priorState.bytes);
  const endpoint = await openStateEndpoint(prepared.locations.posted);
  await context.network?.show(endpoint.address);
  return {
    planFile: patched,
    args: [],
    // The http backend has only the workspace `default`.
    environment: { ...prepared.environment, TF_HTTP_ADDRESS: endpoint.address },
    // Terraform gives a remote backend its state every 20 seconds, at an interrupt and at the end. A kill in between
    // would lose the changes since, so terraform is interrupted first, and given time to save.
    async beforeKill(interrupt, exited) {
      const before = endpoint.writes();
      await interrupt();
      let hasExited = false;
      void exited.catch(() => undefined).finally(() => (hasExited = true));
      const giveUpAt = performance.now() + SAVE_BEFORE_KILL_MS;
      while (!hasExited && endpoint.writes() === before && performance.now() < giveUpAt) await sleep(20);
    },
    close: () => endpoint.close(),
  };
}

function isWorthHttp(plan: PlanFile, { priorState }: Prepared): boolean {
  const changes = plan.plannedChanges;
  const instances = priorState ? priorState.instanceCount : 0;
  if (plan.backendType !== 'local' || changes * (changes + instances) <= LOCAL_BACKEND_WORK) return false;
  return plan.workspace === 'default' || !mentionsWorkspaceName(plan);
}
