import type { Step } from '../../protocol/agent.ts';
import { startHeartbeat } from '../protocol/heartbeat.ts';
import type { StopReason } from '../step/control.ts';
import type { AgentContext } from '../step/step-context.ts';
import { concludeDeadStep } from './dead-step.ts';
import type { ToStepProcess } from './messages.ts';
import type { StepProcesses } from './step-process.ts';

/** A running step, as the agent sees it. */
export interface SupervisedStep {
  interrupt(): void;
  kill(): void;
  /** Never fails. */
  done: Promise<void>;
}

/** How long a step's process may take to end after a kill; then the process itself is killed. */
const HANG_MS = 30_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Has a process execute the step, keeps its lease, passes the server's signals on, and ends the step itself when the
 * process dies or hangs.
 */
export function superviseStep(agent: AgentContext, processes: StepProcesses, step: Step): SupervisedStep {
  const { client, limits } = agent;
  const worker = processes.take(step.phase);
  const log: AgentContext['log'] = (level, message, fields) =>
    agent.log(level, message, { step: step.id, run: step.run.id, ...fields });
  const timers = new Set<NodeJS.Timeout>();
  let root: string | undefined;
  let reason: StopReason | undefined;
  let isFinishing = false;

  const destroyAfter = (ms: number) =>
    timers.add(
      setTimeout(
        () => {
          log('error', 'the process of a step does not end and is killed');
          worker.destroy();
        },
        Math.min(ms, MAX_TIMER_MS),
      ),
    );
  function tell(message: ToStepProcess & { reason: StopReason }): void {
    reason = message.reason;
    worker.send(message);
    if (message.type === 'kill') destroyAfter(HANG_MS);
  }

  worker.onMessage((message) => {
    if (message.type === 'log') agent.log(message.level, message.message, message.fields);
    if (message.type === 'folder') root = message.root;
    if (message.type === 'finishing') isFinishing = true;
    if (message.type === 'finished') void stopHeartbeat();
  });
  const stopHeartbeat = startHeartbeat(client, step, {
    // The server may repeat both signals in every answer.
    onInterrupt() {
      if (reason === undefined) tell({ type: 'interrupt', reason: 'interrupted' });
    },
    onKill() {
      if (reason === undefined || reason === 'interrupted') tell({ type: 'kill', reason: 'killed' });
    },
    onLeaseLost(error) {
      // The server's answer may arrive before the process's earlier message: one turn of the event loop brings both.
      setImmediate(() => {
        // The finish ends the lease; if it was lost before, the answer to the finish says so.
        if (isFinishing) return;
        log('error', 'the lease is lost: the step is killed', { error: String(error) });
        tell({ type: 'kill', reason: 'lost' });
      });
    },
    onTrouble: (error) => log('warn', 'no heartbeat got through; trying on', { error: String(error) }),
  });
  // The process has its own clock; this one is for a process that hangs.
  const limitMs = step.phase === 'plan' ? limits.planMs : limits.applyMs;
  destroyAfter(limitMs + limits.graceMs + limits.deliveryMs + HANG_MS);
  worker.send({ type: 'execute', step });

  async function supervise(): Promise<void> {
    const end = await worker.ended;
    for (const timer of timers) clearTimeout(timer);
    if (!end.isDone) {
      isFinishing = true;
      log('error', 'the process of a step died', { how: end.how });
      await concludeDeadStep(agent, { step, how: end.how, reason, root }, (folder) =>
        clearInProcess(agent, processes, folder),
      );
    }
    await stopHeartbeat();
  }

  return {
    interrupt: () => tell({ type: 'interrupt', reason: 'interrupted' }),
    kill: () => tell({ type: 'kill', reason: 'killed' }),
    done: supervise().catch((error: unknown) =>
      log('error', 'a step was abandoned', { error: String(error) }),
    ),
  };
}

/** Has another process deliver and remove what the step left. @returns whether it succeeded */
export async function clearInProcess(
  agent: AgentContext,
  processes: StepProcesses,
  root: string,
): Promise<boolean> {
  const worker = processes.take();
  worker.onMessage((message) => {
    if (message.type === 'log') agent.log(message.level, message.message, message.fields);
  });
  worker.send({ type: 'clear', root });
  return (await worker.ended).isDone;
}
