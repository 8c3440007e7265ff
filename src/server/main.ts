import pino from 'pino';
import { BackupProblem } from './backup/backup-problem.ts';
import { ConfigProblem, readConfig, type Config, type Flags } from './config.ts';
import { DatabaseProblem } from './database/database-problem.ts';
import { openPlatform, type StartStage } from './platform.ts';

export { makeBackup, type BackupMade } from './backup/make-backup.ts';
export { restoreBackup } from './backup/restore-backup.ts';
export { rotateKeys } from './key-rotation.ts';
export { verifyAuditTrail } from './audit/verify-command.ts';

/** Whether the operator can fix the problem: its message is one line for them. */
export const isStartProblem = (error: unknown): error is ConfigProblem | DatabaseProblem | BackupProblem =>
  error instanceof ConfigProblem || error instanceof DatabaseProblem || error instanceof BackupProblem;

/** Whether others speak https to something that is not this server. */
const isBehindUnnamedProxy = ({ tls, publicUrl, trustedProxies }: Config): boolean =>
  tls === null && publicUrl?.startsWith('https:') === true && trustedProxies.rules.length === 0;

/** How often a waiting person is told the current stage of a start. */
const SAY_STAGE_MS = 5_000;

/**
 * `runwright serve`: runs until it is asked to stop.
 *
 * @param program the `runwright` program itself, from which the built-in runner is started
 * @returns the exit code
 */
export async function serve(
  env: NodeJS.ProcessEnv,
  flags: Flags,
  program = process.argv[1] ?? '',
  version?: string,
): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const complain = (line: string): void => void process.stderr.write(`runwright: ${line}\n`);
  let stop: (code: number) => void = () => {};
  const stopped = new Promise<number>((resolve) => (stop = resolve));
  try {
    const config = readConfig(env, flags);
    const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
    say(`Runwright starts; its data is in ${config.homeFolder}`);
    const onCrash = (problem: Error): void => {
      complain(problem.message);
      stop(1);
    };
    // The database opens in its own thread while this one loads the server's code.
    let stage: StartStage | undefined;
    const onStage = (next: StartStage): void => void (stage = next);
    const waiting = setInterval(() => say(`Still starting: ${stage}`), SAY_STAGE_MS);
    const options = { log, program, onCrash, onStage, ...(version === undefined ? {} : { version }) };
    const opening = openPlatform(config, options);
    opening.catch(() => undefined);
    const { startServer } = await import('./running-server.ts');
    const server = await startServer(config, options, opening).finally(() => clearInterval(waiting));
    say(`Runwright is ready at ${server.url}`);
    if (server.adminTokenFile !== null) say(`The administrator's token is in ${server.adminTokenFile}`);
    if (isBehindUnnamedProxy(config)) {
      say(
        'Behind its proxy every caller without a token counts as one: name it in RUNWRIGHT_TRUSTED_PROXIES',
      );
    }
    say('Stop it with Ctrl-C');
    const asked = (): void => {
      say('Runwright stops: what is running gets up to 30 seconds to end; Ctrl-C again to leave at once');
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      stop(0);
    };
    process.once('SIGINT', asked);
    process.once('SIGTERM', asked);
    const code = await stopped;
    await server.close();
    return code;
  } catch (error) {
    if (isStartProblem(error)) {
      complain(error.message);
      return 1;
    }
    throw error;
  }
}
