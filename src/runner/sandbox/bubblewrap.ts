import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bubblewrapArguments,
  INNER_CLI_CONFIG,
  INNER_FOLDER,
  INNER_ID,
  innerEngine,
  innerProvider,
  innerShownFile,
  type BubblewrapCall,
} from './bubblewrap-arguments.ts';
import type { WorkingBubblewrap } from './bubblewrap-check.ts';
import { giveFolder, stageForUser, userOf } from './dropped-user.ts';
import { waitForExit } from './exit.ts';
import { killTree, treeOf } from './process-tree.ts';
import { limitPrefix } from './resource-limits.ts';
import type { Box, Command, Sandbox, SandboxLimits, ShownFile } from './sandbox.ts';
import { interruptWhenReady, signal } from './signals.ts';

const NSENTER = '/usr/bin/nsenter';
/** How long bubblewrap may take to name its child; after that everything found below it is killed. */
const CHILD_NAMED_MS = 5_000;

/** `supportFolder` gets the few files that every sandbox shows, which name its one user. */
export function createBubblewrapSandbox(
  { program, features, dropsRoot }: WorkingBubblewrap,
  supportFolder: string,
  limits: SandboxLimits,
): Sandbox {
  const call: BubblewrapCall = { features, limits, supportFiles: writeSupportFiles(supportFolder) };

  function commandLine(box: Box, command: Command): string[] {
    const stage = dropsRoot ? stageForUser(program, call, box, command, userOf(box.hostFolder)) : undefined;
    return [
      ...enterNetwork(box),
      ...(stage?.prefix ?? []),
      ...[program, ...bubblewrapArguments(call, box, command, stage?.place ?? ((path) => path))],
      ...[...limitPrefix(limits, { countsOwnProcesses: true }), innerEngine(command), ...command.args],
    ];
  }

  return {
    kind: 'bubblewrap',
    innerCliConfigFile: () => INNER_CLI_CONFIG,
    innerShownFile,
    innerProvider,
    innerFolder: () => INNER_FOLDER,
    async handOver(hostFolder) {
      if (dropsRoot) await giveFolder(hostFolder, userOf(hostFolder));
    },
    start(box, command) {
      const [first = program, ...args] = commandLine(box, command);
      const child = spawn(first, args, {
        cwd: dirname(box.hostFolder),
        env: command.environment,
        // Out of the terminal's group: the runner passes Ctrl-C on. A SIGINT to bubblewrap would kill it.
        detached: true,
        stdio: [
          'ignore',
          'pipe',
          'pipe',
          'pipe',
          box.network?.fd ?? 'ignore',
          box.network?.ownerFd ?? 'ignore',
        ],
      });
      const pid = child.pid ?? 0;
      let hasExited = false;
      const enginePid = readEnginePid(child.stdio[3] as Readable);
      const exited = waitForExit(child, () => (hasExited = true));
      /**
       * The engine is killed first: all others in its name space end with their first process, and bubblewrap ends by
       * itself. If bubblewrap were killed before it releases its child, that child would wait for ever.
       */
      const end = async () => {
        const named = await Promise.race([enginePid, sleep(CHILD_NAMED_MS, undefined, { ref: false })]);
        if (named !== undefined && !hasExited) signal(named, 'SIGKILL');
        await Promise.race([exited.catch(() => undefined), sleep(CHILD_NAMED_MS, undefined, { ref: false })]);
        if (!hasExited && pid > 0) killTree(pid);
      };
      let ending: Promise<void> | undefined;
      return {
        pid,
        stdout: child.stdout as Readable,
        stderr: child.stderr as Readable,
        // Orphans become children of the first process of their name space.
        processes: () => treeOf(pid),
        async interrupt() {
          const target = await enginePid;
          if (target !== undefined) await interruptWhenReady(target, () => hasExited);
        },
        kill: () => void (ending ??= end()),
        exited,
      };
    },
  };
}

const PASSED = { network: '/proc/self/fd/4', owner: '/proc/self/fd/5' };

function enterNetwork({ network }: Box): string[] {
  if (!network) return [];
  const owner = network.ownerFd === undefined ? [] : [`--user=${PASSED.owner}`, '--preserve-credentials'];
  return [NSENTER, ...owner, `--net=${PASSED.network}`, '--'];
}

function writeSupportFiles(supportFolder: string): ShownFile[] {
  const shown: Record<string, string> = {
    '/etc/passwd': `runwright:x:${INNER_ID}:${INNER_ID}::${INNER_FOLDER}/home:/bin/sh\n`,
    '/etc/group': `runwright:x:${INNER_ID}:\n`,
  };
  mkdirSync(supportFolder, { recursive: true, mode: 0o755 });
  return Object.entries(shown).map(([innerFile, text]) => {
    const hostFile = join(supportFolder, basename(innerFile));
    writeFileSync(hostFile, text, { mode: 0o644 });
    return { hostFile, innerFile };
  });
}

/**
 * Bubblewrap names its child, here the engine itself, in a small JSON object; undefined when it failed before. The
 * pipe is read to its end: closing it early would kill bubblewrap during a write.
 */
function readEnginePid(info: Readable): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    info.on('data', (chunk: Buffer) => {
      if (text.length < 4096) text += chunk.toString();
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
    info.on('close', () => resolve(undefined));
    info.on('error', () => resolve(undefined));
  });
}
