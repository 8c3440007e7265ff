import { hostname } from 'node:os';
import path from 'node:path';
import { defaultSlots } from '../../runner/default-slots.ts';
import { startRunner, type Log, type Runner, type RunnerSettings } from '../../runner/main.ts';
import { providerFolderOf } from '../../runner/providers/store-folder.ts';
import { checkReadable } from '../check-readable.ts';
import { usageError } from '../cli-error.ts';
import { readEngineSettings } from '../engine-settings.ts';
import { readRunLimits } from '../run-limits.ts';
import { readRunNetwork } from '../run-network.ts';
import { readTokenFile } from '../connection.ts';
import { findProgramFolder } from '../program-folder.ts';
import { EXIT } from '../exit-codes.ts';

export interface AgentFlags {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly slots?: string;
}

type LogLevel = Parameters<Log>[0];

const STOP_GRACE_MS = 60_000;
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Works until it is asked to stop, or the server refuses its token. */
export async function runAgent(flags: AgentFlags, env: NodeJS.ProcessEnv): Promise<number> {
  const settings = await readAgentSettings(flags, env);
  const runner = startRunner(settings);
  // The last resort: an unhandled rejection must not end the runs.
  process.on('unhandledRejection', (error) => {
    settings.log('error', 'something failed in the background', { error: String(error) });
  });
  obeySignals(runner);
  obeyParent(runner);
  const { url, name, slots } = settings;
  settings.log('info', `the agent works for ${url}`, { agent: name, slots });
  try {
    await runner.done;
    settings.log('info', 'the agent has stopped');
    return EXIT.ok;
  } catch (error) {
    settings.log('error', 'the agent has ended', {
      error: error instanceof Error ? error.message : String(error),
    });
    return EXIT.unavailable;
  } finally {
    // An open channel to the parent would keep the process alive.
    if (process.connected) process.disconnect();
  }
}

async function readAgentSettings(flags: AgentFlags, env: NodeJS.ProcessEnv): Promise<RunnerSettings> {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const url = flags.url ?? given('RUNWRIGHT_URL');
  if (url === undefined)
    throw usageError('--url (or RUNWRIGHT_URL) is missing', 'give the server to work for');
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw usageError('--url must be an http or https address');
  const token =
    flags.tokenFile === undefined ? given('RUNWRIGHT_AGENT_TOKEN') : await readTokenFile(flags.tokenFile);
  if (token === undefined) {
    throw usageError(
      'RUNWRIGHT_AGENT_TOKEN is not set',
      'set it, or name a file that holds the token with --token-file',
    );
  }
  const slots = Number(flags.slots ?? given('RUNWRIGHT_SLOTS') ?? defaultSlots());
  if (!Number.isInteger(slots) || slots < 1) throw usageError('--slots must be a whole number from 1');
  const workFolder = path.resolve(given('RUNWRIGHT_WORK') ?? '.runwright-agent');
  const registries = oneOf('RUNWRIGHT_RUN_REGISTRIES', given('RUNWRIGHT_RUN_REGISTRIES') ?? 'on', [
    'on',
    'off',
    'mirror',
  ]);
  const isSealed = registries === 'off';
  const sshKnownHosts = given('RUNWRIGHT_SSH_KNOWN_HOSTS');
  if (sshKnownHosts !== undefined) await checkReadable('RUNWRIGHT_SSH_KNOWN_HOSTS', sshKnownHosts);
  return {
    url: url.replace(/\/+$/, ''),
    token,
    name: (flags.name ?? given('RUNWRIGHT_AGENT_NAME') ?? hostname()).slice(0, 100),
    stepProgram: path.join(findProgramFolder(), 'dist', 'step.js'),
    slots,
    workFolder,
    engine: {
      ...(await readEngineSettings(given)),
      cacheFolder: path.join(workFolder, 'engines'),
      isSealed: registries !== 'on',
    },
    isSealed,
    usesMirror: registries === 'mirror',
    providerFolder: providerFolderOf(workFolder),
    ...(sshKnownHosts === undefined ? {} : { sshKnownHosts: path.resolve(sshKnownHosts) }),
    sandbox: oneOf('RUNWRIGHT_SANDBOX', given('RUNWRIGHT_SANDBOX') ?? 'auto', ['auto', 'required', 'off']),
    network: readRunNetwork(given),
    limits: readRunLimits(given),
    log: createLog(oneOf('RUNWRIGHT_LOG_LEVEL', given('RUNWRIGHT_LOG_LEVEL') ?? 'info', LEVELS)),
  };
}

/** Checks the settings that a server passes to its built-in runner, which would fail on wrong ones again and again. */
export async function checkRunnerSettings(env: NodeJS.ProcessEnv): Promise<void> {
  const connection = { RUNWRIGHT_AGENT_TOKEN: 'of the server', RUNWRIGHT_SLOTS: '1' };
  await readAgentSettings({ url: 'http://127.0.0.1' }, { ...env, ...connection });
}

function oneOf<W extends string>(name: string, value: string, words: readonly W[]): W {
  const word = words.find((known) => known === value);
  if (word === undefined) throw usageError(`${name} must be one of ${words.join(', ')}`);
  return word;
}

/** Writes one JSON object per line to stderr. */
function createLog(lowest: LogLevel): Log {
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(lowest)) return;
    const entry = { level, time: new Date().toISOString(), name: 'agent', msg: message, ...fields };
    process.stderr.write(`${JSON.stringify(entry)}\n`);
  };
}

/** The first signal lets running steps end in order, the second ends them at once. */
function obeySignals(runner: Runner): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      void runner.stop({ graceMs: isStopping ? 0 : STOP_GRACE_MS });
      isStopping = true;
    });
  }
}

/**
 * A server's built-in runner is stopped by its parent. If the parent dies, the running steps are finished, and
 * delivered to the next server.
 */
function obeyParent(runner: Runner): void {
  if (process.send === undefined) return;
  process.on('message', (message: unknown) => {
    const { type, graceMs } = (message ?? {}) as { type?: unknown; graceMs?: unknown };
    if (type !== 'stop') return;
    void runner.drain();
    // A step that has not ended by then is interrupted, and finally killed.
    const interruptAfterMs = typeof graceMs === 'number' ? graceMs : 0;
    setTimeout(() => void runner.stop({ graceMs: STOP_GRACE_MS }), interruptAfterMs).unref();
  });
  process.on('disconnect', () => {
    void runner.drain();
  });
}
