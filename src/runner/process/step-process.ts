import { fork, type ChildProcess } from 'node:child_process';
import { knownEngines } from '../engines/engine.ts';
import { AUTHORITY_VARIABLES } from '../variables/authorities.ts';
import { FromStepProcess, type StepProcessSettings, type ToStepProcess } from './messages.ts';

/** How a step's process ended. */
export interface ProcessEnd {
  /** The process said that its work is done. */
  isDone: boolean;
  /** For people: `ended with code 1`, `was ended by SIGKILL`. */
  how: string;
}

export interface StepProcess {
  send(message: ToStepProcess): void;
  /** Called for each message but `done`, until the end. */
  onMessage(listener: (message: FromStepProcess) => void): void;
  /** SIGKILL: for a process that no longer listens. */
  destroy(): void;
  ended: Promise<ProcessEnd>;
}

/** Delay of the next spare beside a plan: the step that took the last one starts first. */
const BESIDE_PLAN_MS = 50;
/** Delay of the next spare otherwise: the step that took the last one needs the processor first. */
const AFTERWARDS_MS = 500;

/** The variables that the process needs of the agent's environment; the token comes over the channel. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', ...AUTHORITY_VARIABLES];

function startStepProcess(program: string, settings: StepProcessSettings): StepProcess {
  const environment = INHERITED.map((name) => [name, process.env[name]] as const);
  const child: ChildProcess = fork(program, {
    env: Object.fromEntries(environment.filter(([, value]) => value !== undefined)),
    execArgv: [],
    // The process leaves the terminal's group, so that Ctrl-C reaches only the agent, which passes it on.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let listener: (message: FromStepProcess) => void = () => {};
  let isDone = false;
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (error) => resolve({ isDone: false, how: `could not be started: ${error.message}` }));
    child.once('exit', (code, signal) => {
      resolve({ isDone, how: signal ? `was ended by ${signal}` : `ended with code ${code}` });
    });
  });
  child.on('message', (raw) => {
    const message = FromStepProcess.safeParse(raw).data;
    if (message?.type === 'done') isDone = true;
    else if (message) listener(message);
  });
  const send = (message: ToStepProcess) => {
    // A failed send shows as the end of the process.
    if (child.connected) child.send(message, () => undefined);
  };
  send({ type: 'prepare', engines: knownEngines(), ...settings });
  return {
    send,
    onMessage: (heard) => void (listener = heard),
    destroy: () => void child.kill('SIGKILL'),
    ended,
  };
}

export interface StepProcesses {
  /** Gives the spare process, if there is one. For a plan the next one is made at once: its apply may follow. */
  take(work?: 'plan' | 'apply'): StepProcess;
  close(): void;
}

/** Keeps one process ready, so that a step does not wait for its start. */
export function createStepProcesses(program: string, settings: StepProcessSettings): StepProcesses {
  let spare: StepProcess | undefined;
  let isClosed = false;

  function keepSpare(): void {
    if (isClosed || spare) return;
    const fresh = startStepProcess(program, settings);
    spare = fresh;
    // A spare that dies unused is not replaced at once: the next step starts its own.
    void fresh.ended.then(() => {
      if (spare === fresh) spare = undefined;
    });
  }
  keepSpare();

  return {
    take(work) {
      const taken = spare ?? startStepProcess(program, settings);
      spare = undefined;
      setTimeout(keepSpare, work === 'plan' ? BESIDE_PLAN_MS : AFTERWARDS_MS).unref();
      return taken;
    },
    close() {
      isClosed = true;
      spare?.destroy();
      spare = undefined;
    },
  };
}
