import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Step } from '../protocol/agent.ts';
import { claimSteps, oneAtATime } from './claim-loop.ts';
import { getToKnowEngines } from './engines/find-engine.ts';
import { chooseNetwork } from './network/choose-network.ts';
import { createAgentClient } from './protocol/agent-client.ts';
import { chooseSandbox } from './sandbox/choose.ts';
import { defaultLimits, type RunnerSettings } from './settings.ts';
import { createStepProcesses } from './process/step-process.ts';
import { keepTidy } from './modules/keep-tidy.ts';
import { openProviderStore } from './providers/provider-store.ts';
import { keepScrubbing } from './providers/scrub.ts';
import { makeStoreFolder } from './providers/store-folder.ts';
import { warnOfLongPath } from './sandbox/socket-path.ts';
import { clearInProcess, superviseStep, type SupervisedStep } from './process/supervise.ts';
import { keepClearingLeftovers } from './step/leftovers.ts';
import { keepStoreReported } from './report-store.ts';
import type { AgentContext } from './step/step-context.ts';

export {
  defaultLimits,
  type EngineSettings,
  type Log,
  type NetworkSettings,
  type RunnerLimits,
  type RunnerSettings,
} from './settings.ts';

export interface Runner {
  /** Stops claiming, interrupts running steps, kills them `graceMs` later, and waits until all is delivered. */
  stop(options: { graceMs: number }): Promise<void>;
  /** Stops claiming and waits for the running steps. */
  drain(): Promise<void>;
  /** Resolves when the runner ends. Fails when it cannot start, or the server refuses its token. */
  done: Promise<void>;
}

/** Starts claiming steps at once. See {@link RunnerSettings}. */
export function startRunner(settings: RunnerSettings): Runner {
  const stopped = new AbortController();
  const running = new Set<SupervisedStep>();

  async function run(): Promise<void> {
    const limits = { ...defaultLimits, ...settings.limits };
    const workFolder = resolve(settings.workFolder);
    const engine = { ...settings.engine, cacheFolder: resolve(settings.engine.cacheFolder) };
    const providerFolder = resolve(settings.providerFolder);
    const sshKnownHosts = settings.sshKnownHosts && resolve(settings.sshKnownHosts);
    await mkdir(workFolder, { recursive: true, mode: 0o700 });
    await mkdir(engine.cacheFolder, { recursive: true, mode: 0o700 });
    await makeStoreFolder(providerFolder);
    const sandbox = await chooseSandbox(settings);
    if (sandbox.kind === 'process-group') warnOfLongPath(workFolder, settings.log);
    const network = await chooseNetwork(settings, sandbox.kind === 'bubblewrap');
    const context: AgentContext = {
      settings: { ...settings, workFolder, engine, providerFolder, ...(sshKnownHosts && { sshKnownHosts }) },
      limits,
      client: createAgentClient(settings.url, settings.token),
      log: settings.log,
    };
    // The first step's process may have to ask them as well; later ones need not.
    void getToKnowEngines(engine);
    const { log: _ofThisProcess, ...plain } = context.settings;
    const processes = createStepProcesses(settings.stepProgram, {
      settings: plain,
      limits,
      sandbox,
      network,
    });
    // New steps do not wait for a server that does not accept old states.
    const leftovers = keepClearingLeftovers(context, stopped.signal, (root) =>
      clearInProcess(context, processes, root),
    );
    const tidying = keepTidy(providerFolder, settings.log, stopped.signal);
    const store = openProviderStore(providerFolder, settings.log);
    const caring = Promise.all([
      keepScrubbing(store, settings.log, () => running.size > 0, stopped.signal),
      keepStoreReported(context, store, stopped.signal),
    ]);
    const execute = async (step: Step) => {
      const supervised = superviseStep(context, processes, step);
      running.add(supervised);
      await supervised.done;
      running.delete(supervised);
    };
    const turn = oneAtATime();
    const slots = Array.from({ length: settings.slots }, () =>
      claimSteps(context, stopped.signal, execute, turn),
    );
    try {
      await Promise.all(slots);
    } finally {
      stopped.abort();
      await Promise.allSettled([...slots, leftovers, tidying, caring]);
      processes.close();
      // Without this call the server notices by itself, a little later.
      await context.client.exit().catch((error: unknown) => {
        settings.log('debug', 'the server was not told of the exit', { error: String(error) });
      });
    }
  }

  const done = run();
  // A caller that waits gets the failure; a failure without a caller must not crash the runner.
  done.catch(() => undefined);
  const ended = done.catch(() => undefined);
  return {
    done,
    async drain() {
      stopped.abort();
      await ended;
    },
    async stop({ graceMs }) {
      stopped.abort();
      for (const step of running) step.interrupt();
      const timer = setTimeout(() => {
        for (const step of running) step.kill();
      }, graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
