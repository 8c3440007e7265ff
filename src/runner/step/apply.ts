import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishRequest } from '../../protocol/agent.ts';
import { readLockFile, readPlanFile } from '../plan-file/plan-file.ts';
import { startStateDelivery } from '../state/state-delivery.ts';
import { createStructuredOutput, createTextOutput, type Counts } from './engine-output.ts';
import { initialize } from './initialize.ts';
import { fetchInput, prepare, type Prepared } from './prepared.ts';
import { explainExit, runEngine } from './run-engine.ts';
import { chooseApplyState } from './state-during-apply.ts';
import type { StepContext } from './step-context.ts';

/** Told however the apply ends. */
export interface ApplyListener {
  onCounts(done: Counts): void;
  /** The last state could not be delivered; it is still in the step's folder. */
  onStateError(error: unknown): void;
}

/** Applies the approved plan. The state is delivered however that ends. Errors: StepFailure, StepCanceled. */
export async function executeApply(context: StepContext, listener: ApplyListener): Promise<FinishRequest> {
  const prepared = await prepare(context);
  const planFile = join(context.folder.box, 'files', 'run.tfplan');
  await fetchInput(context, 'plan', planFile);
  const approvedPlan = await readFile(planFile);
  await restoreLockFile(prepared, approvedPlan);
  await initialize(context, prepared);

  const state = await chooseApplyState(context, prepared, approvedPlan, planFile);
  const priorSha256 = context.step.inputs.state?.sha256;
  context.note({ locations: prepared.locations, priorSha256 });
  const delivery = startStateDelivery(context.client, context.step, prepared.locations, {
    priorSha256,
    forMs: context.limits.deliveryMs,
  });

  const isStructured = context.step.workspace.structuredRunOutput;
  const output = isStructured ? createStructuredOutput() : createTextOutput();
  const toLog = (lines: Buffer) => {
    context.stepLog.write(lines);
    output.read(lines);
  };
  const json = isStructured ? ['-json'] : [];
  try {
    const exit = await runEngine(context, prepared, {
      args: ['apply', '-input=false', '-lock=false', ...json, prepared.inner(state.planFile)],
      environment: state.environment,
      onOutput: toLog,
      onErrors: toLog,
      beforeKill: state.beforeKill,
    });
    if (exit.code !== 0) throw explainExit(context, 'terraform apply', exit, output.firstError());
    return { outcome: 'succeeded' };
  } finally {
    listener.onCounts(output.counts());
    await state.close();
    await delivery.finish().catch((error: unknown) => listener.onStateError(error));
  }
}

/** The plan was made with exactly these providers. */
async function restoreLockFile({ workingDirectory }: Prepared, approvedPlan: Buffer): Promise<void> {
  const plan = readPlanFile(approvedPlan);
  const lock = plan && readLockFile(plan);
  if (lock) await writeFile(join(workingDirectory, '.terraform.lock.hcl'), lock);
}
