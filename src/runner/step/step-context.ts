import type { ModuleUse, Step } from '../../protocol/agent.ts';
import type { Engine } from '../engines/engine.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { StepLog } from '../log/step-log.ts';
import type { StepProviders } from '../providers/held-providers.ts';
import type { AgentClient } from '../protocol/agent-client.ts';
import type { StepNetwork, WaitingNetwork } from '../network/step-network.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Log, RunnerLimits, RunnerSettings } from '../settings.ts';
import type { StepControl } from './control.ts';
import type { StepFolder } from './step-folder.ts';
import type { StepRecord } from './step-record.ts';

/** Settings and services of the agent, shared with every part of a step's process. */
export interface AgentContext {
  settings: RunnerSettings;
  limits: RunnerLimits;
  client: AgentClient;
  log: Log;
}

/** Settings and services that every part of a step's process shares. */
export interface RunnerContext extends AgentContext {
  sandbox: Sandbox;
  waitingNetwork: WaitingNetwork;
}

/** One step while it is executed. */
export interface StepContext extends RunnerContext {
  step: Step;
  folder: StepFolder;
  control: StepControl;
  stepLog: StepLog;
  secrets: KnownSecrets;
  providers: StepProviders;
  /** Set by a plan; the outcome includes them. */
  modules?: ModuleUse[];
  /** Adds to the record that a later runner will find if this one dies. */
  note(facts: Partial<StepRecord>): void;
  /** Set once it is known; the outcome includes it. */
  engine?: Engine;
  /** Absent: the run uses the host's network. */
  network?: StepNetwork;
}
