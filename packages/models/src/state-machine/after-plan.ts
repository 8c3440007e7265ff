export interface PlanOutcome {
  planOnly: boolean;
  savePlan: boolean;
  /** The run's own setting; whether its creator may apply is for the caller to fold in (api-contract §3.9). */
  autoApply: boolean;
  allowEmptyApply: boolean;
  /** A person must look at the plan, whatever it holds; false when left out. */
  needsConfirmation?: boolean;
  /** The plan changes resources or outputs. */
  hasChanges: boolean;
  /** Terraform wrote configuration for imports: it is for people to take over, and the run is never applied. */
  generatedConfiguration: boolean;
}

/** `planned` means: it stays where it is and waits for a person. */
export type AfterPlan = 'planned_and_finished' | 'planned_and_saved' | 'confirmed' | 'planned';

/** Where a run goes once its plan and every gate after it are done (api-contract §3.3 rows 25 to 29, §3.9). */
export function afterPlan(outcome: PlanOutcome): AfterPlan {
  if (outcome.planOnly) return 'planned_and_finished';
  if (!outcome.hasChanges && !outcome.allowEmptyApply) return 'planned_and_finished';
  if (outcome.savePlan) return 'planned_and_saved';
  if (outcome.generatedConfiguration) return 'planned';
  if (outcome.needsConfirmation === true) return 'planned';
  return outcome.autoApply || !outcome.hasChanges ? 'confirmed' : 'planned';
}
