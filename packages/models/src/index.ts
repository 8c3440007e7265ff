export * from './ids.ts';

export * from './vocabulary/risk-level.ts';
export * from './vocabulary/operation-flags.ts';
export * from './vocabulary/run-operation.ts';
export * from './vocabulary/run-source.ts';
export * from './vocabulary/run-status.ts';
export * from './vocabulary/run-status-group.ts';
export * from './vocabulary/run-status-list.ts';
export * from './vocabulary/statuses-in-group.ts';
export * from './vocabulary/terminal-phase-statuses.ts';
export * from './vocabulary/word-list.ts';

export * from './address.ts';
export * from './address-rules.ts';
export * from './instance-key.ts';
export * from './exact-json.ts';

export { didYouMean } from './did-you-mean.ts';
export { issueWords } from './issue-words.ts';
export { acceptKebabKeys, strictFields } from './strict-fields.ts';

export * from './requests.ts';
export { RUN_PARAM_DEFAULTS } from './run-param-defaults.ts';
export * from './run-params.ts';
export * from './run-params-rules.ts';
export * from './run-variable.ts';

export * from './codec/decode-run-create.ts';
export * from './codec/encode-run-create.ts';
export * from './key-case.ts';

export * from './documents/json-api.ts';
export * from './documents/json-api-errors.ts';
export * from './documents/phase-documents.ts';
export * from './documents/run-document.ts';
export * from './documents/timeline-documents.ts';

export * from './state-machine/after-plan.ts';
export * from './state-machine/conflicts.ts';
export * from './state-machine/run-actions.ts';
export * from './state-machine/run-event.ts';
export { phaseAt, phaseRule, RUN_PHASES } from './state-machine/run-phases.ts';
export * from './state-machine/run-state.ts';
export * from './state-machine/status-timestamps.ts';
export * from './state-machine/step.ts';
export * from './state-machine/transitions.ts';
export * from './state-machine/workspace-hold.ts';
