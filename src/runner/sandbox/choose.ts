import { join } from 'node:path';
import type { RunnerSettings } from '../settings.ts';
import { checkBubblewrap, createBubblewrapSandbox } from './bubblewrap.ts';
import { createProcessGroupSandbox } from './process-group.ts';
import type { Sandbox, SandboxLimits } from './sandbox.ts';

type Choice = Pick<RunnerSettings, 'sandbox' | 'workFolder' | 'log'>;

/** Errors: `required` where bubblewrap does not work. */
export async function chooseSandbox(
  { sandbox, workFolder, log }: Choice,
  limits: SandboxLimits,
): Promise<Sandbox> {
  const supportFolder = join(workFolder, '.sandbox');
  if (sandbox !== 'off') {
    const check = await checkBubblewrap();
    if (check.works) return createBubblewrapSandbox(check.program, supportFolder, limits);
    if (sandbox === 'required')
      throw new Error(`bubblewrap is required and does not work here: ${check.reason}`);
    log('warn', 'bubblewrap does not work here: runs can read files and processes of this host', {
      reason: check.reason,
    });
  } else {
    log('warn', 'the sandbox is off: runs can read files and processes of this host');
  }
  return createProcessGroupSandbox(limits);
}
