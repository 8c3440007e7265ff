import { setTimeout as sleep } from 'node:timers/promises';
import { learnEngines } from '../engines/engine.ts';
import { getToKnowEngines } from '../engines/find-engine.ts';
import { createAgentClient } from '../protocol/agent-client.ts';
import { makeNetwork } from '../network/step-network.ts';
import { openSandbox } from '../sandbox/choose.ts';
import type { Log } from '../settings.ts';
import { createStepControl } from '../step/control.ts';
import { executeStep } from '../step/execute-step.ts';
import { clearLeftover } from '../step/leftovers.ts';
import type { RunnerContext } from '../step/step-context.ts';
import type { FromStepProcess, ToStepProcess } from './messages.ts';

/** How long the sandbox may take to end when it is killed because the agent is gone. */
const LAST_KILL_MS = 2_000;

/**
 * One step, or one leftover of a step, in a process of its own: if a run breaks this process, other steps go on. The
 * agent starts it ahead of need, and talks to it over the channel between them.
 */
export function serveStepProcess(): void {
  const control = createStepControl();
  let runner: RunnerContext | undefined;

  function receive(message: ToStepProcess): void {
    switch (message.type) {
      case 'prepare':
        runner = createContext(message);
        learnEngines(message.engines);
        void getToKnowEngines(message.settings.engine);
        return;
      case 'execute':
        if (runner) finish(executeStep(runner, message.step, control, say));
        return;
      case 'clear':
        if (runner) finish(clearLeftover(runner, message.root));
        return;
      case 'interrupt':
        return control.interrupt(message.reason);
      case 'kill':
        return control.kill(message.reason);
    }
  }

  process.on('message', (message) => receive(message as ToStepProcess));
  process.on('disconnect', () => void leave());
  // An unhandled rejection is no reason to give up the running command.
  process.on('unhandledRejection', (error) => {
    log('error', 'something failed in the background of a step', { error: String(error) });
  });

  /** The next agent on this host cleans up what is left of the step. */
  async function leave(): Promise<void> {
    // Without bubblewrap terraform may finish what it holds: the next agent sees to it.
    if (runner?.sandbox.kind === 'bubblewrap') {
      control.kill('lost');
      await Promise.race([control.ended(), sleep(LAST_KILL_MS)]);
    }
    process.exit(1);
  }
}

function createContext({
  settings,
  limits,
  sandbox,
  network,
}: ToStepProcess & { type: 'prepare' }): RunnerContext {
  return {
    settings: { ...settings, log },
    limits,
    client: createAgentClient(settings.url, settings.token),
    sandbox: openSandbox(sandbox, settings.workFolder, limits),
    waitingNetwork: makeNetwork(network, settings.url),
    log,
  };
}

const log: Log = (level, message, fields) => say({ type: 'log', level, message, ...(fields && { fields }) });

function finish(work: Promise<void>): void {
  work
    .catch((error: unknown) => log('error', 'a step was abandoned', { error: String(error) }))
    .finally(() =>
      process.send?.({ type: 'done' } satisfies FromStepProcess, undefined, undefined, () => process.exit(0)),
    );
}

/** Skipped when the agent is gone. */
function say(message: FromStepProcess): void {
  if (process.connected) process.send?.(message);
}
