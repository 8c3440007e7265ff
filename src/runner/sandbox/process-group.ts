import { spawn } from 'node:child_process';
import { waitForExit } from './exit.ts';
import { killMarked, markedBy, treeOf } from './process-tree.ts';
import { limitPrefix } from './resource-limits.ts';
import type { Sandbox, SandboxLimits } from './sandbox.ts';
import { interruptWhenReady, signal } from './signals.ts';

/** In the environment of every command of a run. */
const MARK = 'TFC_RUN_ID';

/**
 * The fallback without bubblewrap: the run sees the host's files and, unless the runner has a user of its own, other
 * processes. Only its environment is isolated. The process group lets all of it be killed at once; processes that
 * left the group are found by the run's id in their environment.
 */
export function createProcessGroupSandbox(limits: SandboxLimits): Sandbox {
  return {
    kind: 'process-group',
    innerCliConfigFile: (hostFile) => hostFile,
    innerShownFile: (hostFile) => hostFile,
    innerProvider: (hostFolder) => hostFolder,
    innerFolder: (hostFolder) => hostFolder,
    handOver: () => Promise.resolve(),
    start(_box, command) {
      const prefix = limitPrefix(limits, { countsOwnProcesses: false });
      const [program = command.engine, ...args] = [...prefix, command.engine, ...command.args];
      const child = spawn(program, args, {
        cwd: command.workingDirectory,
        env: command.environment,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const pid = child.pid ?? 0;
      const mark = command.environment[MARK];
      let hasExited = false;
      // Kills everything that the engine left in its group. The group's number is not reused while it has members.
      const killAll = () => {
        if (pid > 0) signal(-pid, 'SIGKILL');
        if (mark !== undefined) killMarked(`${MARK}=${mark}`);
      };
      const exited = waitForExit(child, () => {
        hasExited = true;
        killAll();
      });
      return {
        pid,
        stdout: child.stdout,
        stderr: child.stderr,
        processes: () => [
          ...new Set([...treeOf(pid), ...(mark === undefined ? [] : markedBy(`${MARK}=${mark}`))]),
        ],
        interrupt: () => interruptWhenReady(pid, () => hasExited),
        kill: () => void (!hasExited && killAll()),
        exited,
      };
    },
  };
}
