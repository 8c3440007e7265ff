import type { Step } from '../../protocol/agent.ts';
import { uploadLog } from '../log/log-upload.ts';
import { collectSecrets } from '../log/known-secrets.ts';
import { createStepLog } from '../log/step-log.ts';
import { LeaseLost, ServerAway } from '../protocol/errors.ts';
import { retry } from '../protocol/retry.ts';
import { keepForApply, openStepProviders, releaseProviders } from '../providers/held-providers.ts';
import type { RunnerLimits } from '../settings.ts';
import type { StepControl } from './control.ts';
import { keepStates } from './kept-states.ts';
import { reachOutcome, type StepResult } from './outcome.ts';
import type { RunnerContext, StepContext } from './step-context.ts';
import { makeStepFolder } from './step-folder.ts';
import { writeStepRecord, type StepRecord } from './step-record.ts';
import { uploadDebugLog } from './upload-artifact.ts';

/** The progress of the step, for the process that keeps its lease. */
export type StepProgress = { type: 'folder'; root: string } | { type: 'finishing' | 'finished' };

/**
 * Executes one claimed step from its folder to its outcome; the process that started this one keeps the lease.
 * Failures that cannot be reported to the server are in the runner's own log, and an undelivered state stays on disk.
 */
export async function executeStep(
  runner: RunnerContext,
  step: Step,
  control: StepControl,
  say: (progress: StepProgress) => void,
): Promise<void> {
  const { client, limits, settings } = runner;
  const secrets = collectSecrets(step);
  const hide = (value: unknown): unknown => (typeof value === 'string' ? secrets.masker.text(value) : value);
  const log: RunnerContext['log'] = (level, message, fields = {}) => {
    const hidden = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hide(value)]));
    settings.log(level, message, { step: step.id, run: step.run.id, ...hidden });
  };
  const folder = makeStepFolder(settings.workFolder, step.run.id);
  say({ type: 'folder', root: folder.root });
  let record: StepRecord = {
    id: step.id,
    lease: step.lease,
    phase: step.phase,
    url: settings.url,
    known: [],
  };
  const note = (facts: Partial<StepRecord>) =>
    writeStepRecord(folder.record, (record = { ...record, ...facts }));
  note({});

  const lose = (error: unknown) => {
    if (control.reason() === 'lost') return;
    log('error', 'the lease is lost: the step is killed', { error: String(error) });
    control.kill('lost');
  };
  const stepLog = createStepLog(folder.log, { masker: secrets.masker, limitBytes: limits.logBytes });
  const logUpload = uploadLog(client, step, stepLog, limits.deliveryMs).catch((error: unknown) => {
    if (error instanceof LeaseLost) lose(error);
    else log('error', 'the log could not be delivered', { error: String(error) });
  });
  const stopClock = startClock(control, limits, step.phase);
  const providers = openStepProviders(settings, log, step);
  const context: StepContext = { ...runner, log, step, folder, control, stepLog, secrets, note, providers };

  const result = await reachOutcome(context);
  await keepForApply(providers, step, result.finish.outcome).catch((error: unknown) =>
    log('warn', 'the providers of a plan are not kept for its apply', { error: String(error) }),
  );
  releaseProviders(providers);
  context.network?.close();
  stopClock();
  try {
    await uploadDebugLog(context);
  } catch (error) {
    log('warn', 'the debug log could not be delivered', { error: String(error) });
  }
  stepLog.end();
  await logUpload;
  if (control.reason() !== 'lost') await tellOutcome();
  stepLog.close();
  await cleanUp(result);

  async function tellOutcome(): Promise<void> {
    say({ type: 'finishing' });
    try {
      const { message } = result.finish;
      // Masked before it is cut: half a secret would not be recognized.
      const shown =
        message === undefined ? {} : { message: secrets.masker.text(message).slice(0, MAX_MESSAGE) };
      await retry(() => client.finish(step, { ...result.finish, ...shown }), { forMs: limits.deliveryMs });
      say({ type: 'finished' });
      log('info', 'step finished', { outcome: result.finish.outcome });
    } catch (error) {
      if (error instanceof LeaseLost) return lose(error);
      log('error', 'the outcome could not be delivered', {
        error: String(error),
        outcome: result.finish.outcome,
      });
    }
  }

  async function cleanUp({ stateError }: StepResult): Promise<void> {
    if (stateError instanceof ServerAway) {
      log('error', 'the last state could not be delivered; it is tried again', {
        folder: folder.root,
      });
      return folder.leave();
    }
    const { locations, known } = record;
    if (locations && (stateError !== undefined || control.reason() === 'lost')) {
      const kept = await keepStates(settings.workFolder, record, locations, known);
      log('error', 'the last state may not be what the server keeps', { kept, error: String(stateError) });
    }
    await folder.remove();
  }
}

/** The protocol's limit. */
const MAX_MESSAGE = 2_000;
/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock of a step: it interrupts after the wall time, and kills after the grace. */
function startClock(control: StepControl, limits: RunnerLimits, phase: Step['phase']): () => void {
  const stop: { timer?: NodeJS.Timeout } = {};
  stop.timer = setTimeout(
    () => {
      control.interrupt('overdue');
      stop.timer = setTimeout(() => control.kill('killed'), limits.graceMs);
    },
    Math.min(phase === 'plan' ? limits.planMs : limits.applyMs, MAX_TIMER_MS),
  );
  return () => clearTimeout(stop.timer);
}
