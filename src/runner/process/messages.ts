import * as z from 'zod';
import type { Step } from '../../protocol/agent.ts';
import type { NetworkChoice } from '../network/network-choice.ts';
import type { SandboxChoice } from '../sandbox/choose.ts';
import type { KnownEngines } from '../engines/engine.ts';
import type { RunnerLimits, RunnerSettings } from '../settings.ts';

/** The settings of the agent that a step's process works with; plain data. */
export interface StepProcessSettings {
  settings: Omit<RunnerSettings, 'log'>;
  limits: RunnerLimits;
  sandbox: SandboxChoice;
  network: NetworkChoice;
}

/** Messages of the agent. The first message prepares, the second one starts the work. */
export type ToStepProcess =
  | ({ type: 'prepare'; engines: KnownEngines } & StepProcessSettings)
  | { type: 'execute'; step: Step }
  | { type: 'clear'; root: string }
  | { type: 'interrupt'; reason: 'interrupted' | 'overdue' }
  | { type: 'kill'; reason: 'killed' | 'lost' };

/** Messages of a step's process. They are not trusted: the process has read what a run left behind. */
export const FromStepProcess = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({ type: z.literal('folder'), root: z.string() }),
  /** The process begins to report the outcome, which ends the lease. */
  z.object({ type: z.literal('finishing') }),
  /** The server has the outcome. */
  z.object({ type: z.literal('finished') }),
  z.object({ type: z.literal('done') }),
]);
export type FromStepProcess = z.infer<typeof FromStepProcess>;
