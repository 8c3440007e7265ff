import { join } from 'node:path';
import type { RunnerSettings } from '../settings.ts';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { checkBubblewrap, type WorkingBubblewrap } from './bubblewrap-check.ts';
import { createProcessGroupSandbox } from './process-group.ts';
import type { Sandbox, SandboxLimits } from './sandbox.ts';

/** The kind of sandbox for runs; plain data, for the processes of steps. */
export type SandboxChoice = { kind: 'bubblewrap'; check: WorkingBubblewrap } | { kind: 'process-group' };

/** Chooses the sandbox and logs what stays open. Errors: `required` where bubblewrap does not work. */
export async function chooseSandbox({
  sandbox,
  log,
}: Pick<RunnerSettings, 'sandbox' | 'log'>): Promise<SandboxChoice> {
  if (sandbox === 'off') {
    log('warn', 'the sandbox is off: runs can read files and processes of this host');
    return { kind: 'process-group' };
  }
  const check = await checkBubblewrap();
  if (check.works) {
    for (const hole of check.open) log('warn', `the sandbox leaves something open: ${hole}`);
    return { kind: 'bubblewrap', check };
  }
  if (sandbox === 'required')
    throw new Error(`bubblewrap is required and does not work here: ${check.reason}`);
  log('warn', 'bubblewrap does not work here: runs can read files and processes of this host', {
    reason: check.reason,
  });
  return { kind: 'process-group' };
}

export function openSandbox(choice: SandboxChoice, workFolder: string, limits: SandboxLimits): Sandbox {
  return choice.kind === 'bubblewrap'
    ? createBubblewrapSandbox(choice.check, join(workFolder, '.sandbox'), limits)
    : createProcessGroupSandbox(limits);
}
