import { fork, type ChildProcess } from 'node:child_process';

import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';

export interface BuiltinRunner {
  /** Asks the runner to stop: its steps get `graceMs` to end by themselves, are then interrupted and reported. */
  stop(graceMs: number): Promise<void>;
}

export interface BuiltinRunnerSettings {
  /** The `runwright` program. */
  program: string;
  serverUrl: string;
  token: string;
  /** null: as many as it chooses. */
  slots: number | null;
  homeFolder: string;
  /** The server's own certificates, which its runs trust too; null where it has none. */
  certificateFile: string | null;
  log: Logger;
}

/** The first pause before a restart; each next one is twice as long, as long as the runner ends at once. */
const RESTART_AFTER_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A runner that lived this long has worked: its end starts the pauses anew. */
const WORKED_MS = 60_000;

/**
 * Starts the runner that comes with a server: the same program as an agent on another machine, over loopback. It is a
 * process of its own, in its own process group, so that neither a crash nor a Ctrl-C of the server stops terraform in
 * the middle of an apply: a runner that has lost its server finishes its steps and delivers them to the next server.
 */
export function startBuiltinRunner(settings: BuiltinRunnerSettings): BuiltinRunner {
  const { log } = settings;
  let stopping = false;
  let pauseMs = RESTART_AFTER_MS;
  let child: ChildProcess;
  let exited: Promise<void>;

  const start = (): void => {
    const startedMs = performance.now();
    child = fork(settings.program, ['agent'], {
      env: runnerEnvironment(settings),
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    exited = new Promise((resolve) => {
      child.once('error', (error) => {
        log.error({ err: error }, 'the built-in runner could not be started');
        resolve();
      });
      child.once('exit', (code, signal) => {
        resolve();
        if (stopping) return;
        if (performance.now() - startedMs > WORKED_MS) pauseMs = RESTART_AFTER_MS;
        log.error({ code, signal, pauseMs }, 'the built-in runner ended unexpectedly; starting it again');
        setTimeout(() => {
          if (!stopping) start();
        }, pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      });
    });
  };
  start();

  return {
    async stop(graceMs) {
      stopping = true;
      if (child.connected) child.send({ type: 'stop', graceMs });
      await exited;
    },
  };
}

/** Whether the variable is a setting of the runner, which a server passes on. */
export const isRunnerSetting = (name: string): boolean =>
  /^RUNWRIGHT_(ENGINE|OPENTOFU|SANDBOX|SSH|LOG_LEVEL|RUN_(?!VARIABLE))/.test(name);

/**
 * The runner gets only what it needs: it starts terraform, which must not see the server's secrets (the database's
 * address, keys, the administrator's token).
 */
function runnerEnvironment({
  serverUrl,
  token,
  slots,
  homeFolder,
  certificateFile,
}: BuiltinRunnerSettings): NodeJS.ProcessEnv {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'];
  const own = Object.keys(process.env).filter(isRunnerSetting);
  const kept = [...inherited, ...own].map((name) => [name, process.env[name]] as const);
  return {
    ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
    RUNWRIGHT_URL: serverUrl,
    RUNWRIGHT_AGENT_TOKEN: token,
    RUNWRIGHT_AGENT_NAME: hostname().slice(0, 100),
    ...(slots !== null && { RUNWRIGHT_SLOTS: String(slots) }),
    RUNWRIGHT_WORK: join(homeFolder, 'runner'),
    ...(certificateFile !== null && { RUNWRIGHT_TLS_CERT: certificateFile }),
  };
}
