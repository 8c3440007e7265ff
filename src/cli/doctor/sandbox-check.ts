import { checkBubblewrap } from '../../runner/sandbox/bubblewrap-check.ts';
import type { CheckResult, DoctorSettings } from './check.ts';

export async function checkSandbox({ env }: DoctorSettings): Promise<CheckResult> {
  const wanted = env['RUNWRIGHT_SANDBOX'] ?? 'auto';
  if (wanted === 'off') {
    return {
      ok: true,
      found: 'off',
      fix: 'runs can read this host; unset RUNWRIGHT_SANDBOX to close them in',
    };
  }
  const check = await checkBubblewrap();
  if (check.works) return { ok: true, found: `bubblewrap works (${check.program})` };
  return {
    ok: false,
    found: `bubblewrap does not work: ${check.reason.split('\n')[0] ?? ''}`,
    fix: 'install bubblewrap and allow unprivileged user namespaces, or set RUNWRIGHT_SANDBOX=off if all who start runs may read this host',
  };
}
