import type { ApplyStatus, PlanStatus } from '../documents/phase-documents.ts';

/** In these statuses nothing more is written to a plan's or apply's log (api-contract §4.1). */
export const TERMINAL_PHASE_STATUSES: readonly (PlanStatus & ApplyStatus)[] = [
  'canceled',
  'errored',
  'finished',
  'unreachable',
];
