import type { Step } from '../../protocol/agent.ts';
import type { Engine } from '../engines/engine.ts';
import type { KnownSecrets } from '../log/known-secrets.ts';
import type { StepLog } from '../log/step-log.ts';
import type { AgentClient } from '../protocol/agent-client.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Log, RunnerLimits, RunnerSettings } from '../settings.ts';
import type { StepControl } from './control.ts';
import type { StepFolder } from './step-folder.ts';
import type { StepRecord } from './step-record.ts';

/** What every part of the runner shares. */
export interface RunnerContext {
  settings: RunnerSettings;
  limits: RunnerLimits;
  client: AgentClient;
  sandbox: Sandbox;
  log: Log;
}

/** One step while it is executed. */
export interface StepContext extends RunnerContext {
  step: Step;
  folder: StepFolder;
  control: StepControl;
  stepLog: StepLog;
  secrets: KnownSecrets;
  /** Adds to what a later runner will find, should this one die. */
  note(facts: Partial<StepRecord>): void;
  /** Set once it is known; the outcome names it. */
  engine?: Engine;
}
