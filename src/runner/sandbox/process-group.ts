import { spawn } from 'node:child_process';
import { waitForExit } from './exit.ts';
import { limitPrefix } from './resource-limits.ts';
import type { Sandbox, SandboxLimits } from './sandbox.ts';
import { interruptWhenReady, signal } from './signals.ts';

/**
 * Where bubblewrap is absent: the run sees the host's files and, unless the runner has a user of its own, other
 * processes. Only its environment is its own. The group lets all of it be killed at once.
 */
export function createProcessGroupSandbox(limits: SandboxLimits): Sandbox {
  return {
    kind: 'process-group',
    innerCliConfigFile: (hostFile) => hostFile,
    innerShownFile: (hostFile) => hostFile,
    innerFolder: (hostFolder) => hostFolder,
    start(_box, command) {
      const [program = command.engine, ...args] = [...limitPrefix(limits), command.engine, ...command.args];
      const child = spawn(program, args, {
        cwd: command.workingDirectory,
        env: command.environment,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const pid = child.pid ?? 0;
      let hasExited = false;
      // Whatever the engine left behind in its group goes with it. The group's number is not reused while it has members.
      const killGroup = () => pid > 0 && signal(-pid, 'SIGKILL');
      const exited = waitForExit(child, () => {
        hasExited = true;
        killGroup();
      });
      return {
        pid,
        stdout: child.stdout,
        stderr: child.stderr,
        interrupt: () => interruptWhenReady(pid, () => hasExited),
        kill: () => void (!hasExited && killGroup()),
        exited,
      };
    },
  };
}
