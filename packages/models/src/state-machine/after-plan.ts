export interface PlanOutcome {
  planOnly: boolean;
  savePlan: boolean;
  /** The run's own setting; the caller also checks whether its creator may apply (api-contract §3.9). */
  autoApply: boolean;
  allowEmptyApply: boolean;
  /** A person must look at the plan, whatever its content; false by default. */
  needsConfirmation?: boolean;
  /** The plan changes resources or outputs. */
  hasChanges: boolean;
  /** Terraform wrote configuration for imports, which people have to take over: the run is never applied. */
  generatedConfiguration: boolean;
}

/** `planned` means: the run stays there and waits for a person. */
export type AfterPlan = 'planned_and_finished' | 'planned_and_saved' | 'confirmed' | 'planned';

/** The next status of a run once its plan and every gate after it are done (api-contract §3.3 rows 25 to 29, §3.9). */
export function afterPlan(outcome: PlanOutcome): AfterPlan {
  if (outcome.planOnly) return 'planned_and_finished';
  if (!outcome.hasChanges && !outcome.allowEmptyApply) return 'planned_and_finished';
  if (outcome.savePlan) return 'planned_and_saved';
  if (outcome.generatedConfiguration) return 'planned';
  if (outcome.needsConfirmation === true) return 'planned';
  return outcome.autoApply || !outcome.hasChanges ? 'confirmed' : 'planned';
}
