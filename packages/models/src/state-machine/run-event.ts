/** The events of a run. The rows are those of api-contract §3.3. */
export type RunEvent =
  /** The scheduler lets a `pending` run plan, or a `confirmed` one apply (rows 2, 2b, 31, 32). */
  | { readonly type: 'schedule'; readonly workspaceFree: boolean }
  /** The plan or apply now waits for a worker (rows 7, 32). */
  | { readonly type: 'enqueued' }
  | { readonly type: 'planStarted' }
  | { readonly type: 'planFinished'; readonly hasChanges: boolean; readonly generatedConfiguration: boolean }
  | { readonly type: 'planFailed' }
  | { readonly type: 'applyStarted' }
  | { readonly type: 'applyFinished' }
  | { readonly type: 'applyFailed' }
  /** An interrupted terraform ended without a result of its own (row 40). */
  | { readonly type: 'processEnded' }
  /** The worker is gone, or none could start the work (row 46). */
  | { readonly type: 'workerLost' }
  | { readonly type: 'phasePassed' }
  | { readonly type: 'phaseFailed' }
  /** A phase failed in a way that a person may override (rows 15, 22, 23). */
  | { readonly type: 'phaseHeld' }
  | { readonly type: 'override' }
  | { readonly type: 'confirm' }
  | { readonly type: 'discard' }
  | { readonly type: 'cancel'; readonly at: Date; readonly coolOffMs: number }
  | { readonly type: 'forceCancel'; readonly at: Date }
  /** A later run was force-executed; this one stood in its way, at rest or still waiting (row 43). */
  | { readonly type: 'displaced' }
  /** A saved plan no longer fits the state, or is too old (row 42). */
  | { readonly type: 'outdated' }
  /** A plan-only run that no worker took in time: nobody waits for it any more. */
  | { readonly type: 'expired' }
  /** A newer commit on the same pull request (row 47). */
  | { readonly type: 'superseded' };
