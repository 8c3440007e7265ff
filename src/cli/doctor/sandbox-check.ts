import path from 'node:path';
import { checkBubblewrap, type WorkingBubblewrap } from '../../runner/sandbox/bubblewrap-check.ts';
import { excessOfPath } from '../../runner/sandbox/socket-path.ts';
import { readRunNetwork } from '../run-network.ts';
import type { CheckResult, DoctorSettings } from './check.ts';
import { tryNetwork } from './network-holes.ts';
import { tryHoles } from './sandbox-holes.ts';

/** Advice on a long path: without a sandbox runs see the work folder's own path. */
function pathAdvice(homeFolder: string): string[] {
  const excess = excessOfPath(path.join(homeFolder, 'runner'));
  return excess === 0
    ? []
    : [`providers cannot be started: give RUNWRIGHT_HOME a path that is ${excess} characters shorter`];
}

export async function checkSandbox({ env, homeFolder }: DoctorSettings): Promise<CheckResult> {
  const wanted = env['RUNWRIGHT_SANDBOX'] ?? 'auto';
  if (wanted === 'off') {
    const advice = [
      ...pathAdvice(homeFolder),
      'runs can read this host, and reach its loopback and metadata addresses; unset RUNWRIGHT_SANDBOX to close them in',
    ];
    return { ok: true, found: 'off', fix: advice.join('; ') };
  }
  const check = await checkBubblewrap();
  if (check.works) return await tryEverything(check, env);
  return {
    ok: false,
    found: `bubblewrap does not work: ${check.reason.split('\n')[0] ?? ''}`,
    fix: 'install bubblewrap and allow unprivileged user namespaces, or set RUNWRIGHT_SANDBOX=off if all who start runs may read this host',
  };
}

/** Everything open is reported; the check fails if something is open that should be closed. */
async function tryEverything(check: WorkingBubblewrap, env: DoctorSettings['env']): Promise<CheckResult> {
  const network = await tryNetwork(
    check,
    readRunNetwork((name) => env[name] || undefined),
  );
  const holes = await tryHoles(check);
  const reached = network.open.map((what) => `runs reach ${what}`);
  const found = [
    `bubblewrap works (${check.program})`,
    ...(check.dropsRoot ? ['runs have a user of their own'] : []),
    network.isIsolated ? 'and a network of their own' : "and this host's network",
  ].join(', ');
  const wrong = [...holes, ...(network.isIsolated ? reached : [])];
  if (wrong.length > 0)
    return {
      ok: false,
      found: `${found}, but ${wrong.join(', ')}`,
      fix: check.open.join('; ') || 'install bubblewrap 0.8.0 and slirp4netns 1.2.0, or newer',
    };
  const why =
    network.reason === undefined ? '' : network.isIsolated ? network.reason : `because ${network.reason}`;
  const advice = [
    ...check.open,
    ...(why === '' ? [] : [[reached.join(' and '), why].filter(Boolean).join(', ')]),
  ];
  return { ok: true, found, ...(advice.length > 0 && { fix: advice.join('; ') }) };
}
