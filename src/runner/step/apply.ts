import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishRequest } from '../../protocol/agent.ts';
import { flagsFor } from '../../protocol/engine-flags.ts';
import { layOutPlannedFolder } from '../configuration/planned-folder.ts';
import { listLockedProviders, readPlanFile } from '../plan-file/plan-file.ts';
import { startStateDelivery } from '../state/state-delivery.ts';
import { digestStates } from '../state/state-locations.ts';
import { environmentVariables } from '../variables/environment.ts';
import { applyVariables } from './apply-variables.ts';
import { createStructuredOutput, createTextOutput, type Counts } from './engine-output.ts';
import { installProviders } from './initialize.ts';
import { createNoticeFilter } from './own-flag-notice.ts';
import { fetchInput, prepare, type Prepared } from './prepared.ts';
import { explainExit, runEngine } from './run-engine.ts';
import { chooseApplyState } from './state-during-apply.ts';
import type { StepContext } from './step-context.ts';
import { explainStart, watchForFailedStart } from './unstartable-provider.ts';

/** Called however the apply ends. */
export interface ApplyListener {
  onCounts(done: Counts): void;
  /** The last state could not be delivered; it is still in the step's folder. */
  onStateError(error: unknown): void;
}

/**
 * Applies the approved plan in the folder that the plan left, checked against the approved digests. Until terraform
 * has read the plan, no program of the configuration runs, and the plan file is out of its reach. The state is
 * delivered however the apply ends. Errors: StepFailure, StepCanceled.
 */
export async function executeApply(context: StepContext, listener: ApplyListener): Promise<FinishRequest> {
  const prepared = await prepare(context);
  const planFile = join(context.folder.root, 'run.tfplan');
  await fetchInput(context, 'plan', planFile);
  await layOutFolder(context, prepared);
  const plan = readPlanFile(await readFile(planFile));
  const variables = await applyVariables(context, prepared, plan);
  if (!plan || listLockedProviders(plan).length > 0)
    await installProviders(context, prepared, variables.forInit);

  const state = await chooseApplyState(context, prepared, plan, planFile);
  const known = await digestStates(prepared.locations);
  context.note({ locations: prepared.locations, known });
  const delivery = startStateDelivery(context.client, context.step, prepared.locations, {
    known,
    forMs: context.limits.deliveryMs,
  });

  const isStructured = context.step.workspace.structuredRunOutput;
  const output = isStructured ? createStructuredOutput() : createTextOutput();
  const starts = watchForFailedStart();
  const toLog = (lines: Buffer) => {
    context.stepLog.write(lines);
    output.read(lines);
    starts.read(lines);
  };
  const stdout = createNoticeFilter(toLog);
  const shown = { ...prepared, box: { ...prepared.box, shownFiles: [state.planFile] } };
  const flags = [...(isStructured ? ['-json'] : []), ...state.args, ...variables.forApply];
  try {
    const exit = await runEngine(context, shown, {
      args: [
        'apply',
        ...flagsFor('apply', environmentVariables(context.step)),
        '-input=false',
        '-lock=false',
        ...flags,
        context.sandbox.innerShownFile(state.planFile),
      ],
      environment: state.environment,
      onOutput: stdout.write,
      onErrors: toLog,
      beforeKill: state.beforeKill,
    }).finally(stdout.end);
    if (exit.code !== 0) {
      const reason = explainStart(context, prepared, starts) ?? output.firstError();
      throw explainExit(context, 'terraform apply', exit, reason);
    }
    return { outcome: 'succeeded' };
  } finally {
    listener.onCounts(output.counts());
    await state.close();
    await delivery.finish().catch((error: unknown) => listener.onStateError(error));
  }
}

/** Restores the folder after the plan, from the uploaded configuration and the plan's changes. */
async function layOutFolder(context: StepContext, { root }: Prepared): Promise<void> {
  if (context.step.inputs.folder === null) return;
  const file = join(context.folder.root, 'planned-folder');
  await fetchInput(context, 'folder', file);
  await layOutPlannedFolder(root, await readFile(file));
}
