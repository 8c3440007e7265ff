import { checkBubblewrap } from '../../runner/sandbox/bubblewrap-check.ts';
import { checkNetwork, networkFor } from '../../runner/network/choose-network.ts';
import type { CheckResult, DoctorSettings } from './check.ts';
import { tryHoles } from './sandbox-holes.ts';

/** What runs reach of the network that they should not. */
async function networkAdvice(env: DoctorSettings['env']): Promise<string[]> {
  if (env['RUNWRIGHT_RUN_NETWORK'] === 'host')
    return ["runs reach this host's loopback: unset RUNWRIGHT_RUN_NETWORK"];
  const failure = await checkNetwork(networkFor({ mode: 'auto', doors: [], networks: [] }));
  return failure === undefined
    ? []
    : [`runs reach this host's loopback and metadata addresses, because ${failure}`];
}

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
  if (check.works) {
    const tried = await tryHoles(check);
    const found = `bubblewrap works (${check.program})${check.dropsRoot ? ', runs have a user of their own' : ''}`;
    if (tried.length > 0)
      return {
        ok: false,
        found: `${found}, but ${tried.join(', ')}`,
        fix: check.open.join('; ') || 'install bubblewrap 0.8.0 or newer',
      };
    const advice = [...check.open, ...(await networkAdvice(env))];
    return { ok: true, found, ...(advice.length > 0 && { fix: advice.join('; ') }) };
  }
  return {
    ok: false,
    found: `bubblewrap does not work: ${check.reason.split('\n')[0] ?? ''}`,
    fix: 'install bubblewrap and allow unprivileged user namespaces, or set RUNWRIGHT_SANDBOX=off if all who start runs may read this host',
  };
}
