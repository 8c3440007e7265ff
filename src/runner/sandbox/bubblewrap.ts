import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { waitForExit } from './exit.ts';
import { limitPrefix } from './resource-limits.ts';
import type { Box, Command, Sandbox, SandboxLimits } from './sandbox.ts';
import { interruptWhenReady, signal } from './signals.ts';

/** The same for every step, so that paths in a plan mean the same when it is applied. */
const INNER_FOLDER = '/runwright';
const INNER_ENGINE_FOLDER = '/runwright-engine';
const INNER_SHOWN_FOLDER = '/runwright-shown';
const ID = '1000';

/**
 * Flags that both the test and every run use. `--as-pid-1`: otherwise bubblewrap is process 1 inside, and its
 * environment and command line can be read there. Nothing is passed by `--setenv`: it would be on that command line.
 */
const ISOLATION = [
  ...['--unshare-all', '--share-net', '--die-with-parent', '--as-pid-1', '--new-session'],
  ...['--cap-drop', 'ALL', '--uid', ID, '--gid', ID, '--hostname', 'runwright'],
  ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run'],
  ...['--ro-bind', '/usr', '/usr'],
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => [
    '--ro-bind-try',
    `/${name}`,
    `/${name}`,
  ]),
];

/** What name resolution and TLS need; no account names, no host configuration. */
const SYSTEM_FILES = [
  ...['/etc/ssl', '/etc/pki', '/etc/ca-certificates', '/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'],
  ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/localtime'],
].flatMap((path) => ['--ro-bind-try', path, path]);

const PROGRAMS = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'];

export type BubblewrapCheck = { works: true; program: string } | { works: false; reason: string };

/** Whether bubblewrap is here and the kernel lets it make its namespaces. */
export async function checkBubblewrap(): Promise<BubblewrapCheck> {
  const program = PROGRAMS.find((path) => existsSync(path));
  if (program === undefined) return { works: false, reason: 'it is not installed' };
  try {
    await promisify(execFile)(program, [...ISOLATION, '--', '/usr/bin/true'], { env: {}, timeout: 10_000 });
    return { works: true, program };
  } catch (error) {
    return { works: false, reason: error instanceof Error ? error.message.trim() : String(error) };
  }
}

const innerShownFile = (hostFile: string): string => join(INNER_SHOWN_FOLDER, basename(hostFile));

/** `supportFolder` gets the few files that every sandbox shows: its one user. */
export function createBubblewrapSandbox(
  program: string,
  supportFolder: string,
  limits: SandboxLimits,
): Sandbox {
  const cliConfigFile = join(INNER_ENGINE_FOLDER, 'terraformrc');
  const shown: Record<string, string> = {
    '/etc/passwd': `runwright:x:${ID}:${ID}::${INNER_FOLDER}/home:/bin/sh\n`,
    '/etc/group': `runwright:x:${ID}:\n`,
  };
  mkdirSync(supportFolder, { recursive: true, mode: 0o755 });
  const supportFiles = Object.entries(shown).flatMap(([innerPath, text]) => {
    const file = join(supportFolder, basename(innerPath));
    writeFileSync(file, text);
    return ['--ro-bind', file, innerPath];
  });

  function argumentsFor(box: Box, command: Command): string[] {
    const engine = realpathSync(command.engine);
    const innerEngine = join(INNER_ENGINE_FOLDER, basename(command.engine));
    return [
      ...[...ISOLATION, ...SYSTEM_FILES, ...supportFiles],
      ...['--ro-bind', box.cliConfigFile, cliConfigFile],
      ...(box.shownFiles ?? []).flatMap((file) => ['--ro-bind', file, innerShownFile(file)]),
      ...['--ro-bind', engine, innerEngine, '--bind', box.hostFolder, box.innerFolder],
      ...['--chdir', command.workingDirectory, '--info-fd', '3', '--'],
      ...[...limitPrefix(limits), innerEngine, ...command.args],
    ];
  }

  return {
    kind: 'bubblewrap',
    innerCliConfigFile: () => cliConfigFile,
    innerShownFile,
    innerFolder: () => INNER_FOLDER,
    start(box, command) {
      const child = spawn(program, argumentsFor(box, command), {
        cwd: dirname(box.hostFolder),
        env: command.environment,
        // Out of the terminal's group: Ctrl-C there is the runner's to pass on. A SIGINT to bubblewrap would kill it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      const pid = child.pid ?? 0;
      let hasExited = false;
      const enginePid = readEnginePid(child.stdio[3] as Readable);
      const exited = waitForExit(child, () => (hasExited = true));
      return {
        pid,
        stdout: child.stdout as Readable,
        stderr: child.stderr as Readable,
        async interrupt() {
          const target = await enginePid;
          if (target !== undefined) await interruptWhenReady(target, () => hasExited);
        },
        // The namespace dies with its parent.
        kill: () => void (!hasExited && pid > 0 && signal(pid, 'SIGKILL')),
        exited,
      };
    },
  };
}

/**
 * Bubblewrap names its child, here the engine itself, in a small JSON object; undefined when it failed before. The
 * pipe is read to its end: closed early, it would kill bubblewrap while that still writes.
 */
function readEnginePid(info: Readable): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    info.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
    info.on('close', () => resolve(undefined));
    info.on('error', () => resolve(undefined));
  });
}
