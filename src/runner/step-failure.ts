/**
 * Ends a step as `errored` for a reason on the run's side, not the runner's: shown in the log as a diagnostic and
 * sent as the outcome's message.
 */
export class StepFailure extends Error {
  override name = 'StepFailure';
  readonly detail: string;
  /** The log already shows the reason, in the engine's own words. */
  readonly isInLog: boolean;

  constructor(summary: string, detail = '', options: { isInLog?: boolean; cause?: unknown } = {}) {
    super(summary, { cause: options.cause });
    this.detail = detail;
    this.isInLog = options.isInLog ?? false;
  }
}

/** Ends a step as `canceled`: a user asked for it, and nothing that must be kept is left undone. */
export class StepCanceled extends Error {
  override name = 'StepCanceled';
}
