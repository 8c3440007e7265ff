import type { Phase } from './transitions.ts';

/** The columns of a plan or an apply for documents: all but its reported state, which can be large, and its lease. */
export const SHOWN_PHASE_COLUMNS = [
  'id',
  'run_id',
  'kind',
  'status',
  'status_timestamps',
  'structured_log',
  'runner_name',
  'agent_pool_id',
  'agent_id',
  'additions',
  'changes',
  'destructions',
  'imports',
  'generated_configuration',
  'input_state_version_id',
  'error_shown_at',
  'providers',
  'modules',
  'risk_score',
] as const satisfies readonly (keyof Phase)[];

export type ShownPhase = Pick<Phase, (typeof SHOWN_PHASE_COLUMNS)[number]>;
