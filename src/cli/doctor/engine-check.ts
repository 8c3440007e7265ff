import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PRODUCTS } from '../../runner/engines/differences.ts';
import { shownAddress } from '../../runner/engines/release-site.ts';
import type { CheckResult, DoctorSettings } from './check.ts';
import { fetchesNothing } from './provider-check.ts';

/** The binary that runs would use: the pinned one, else terraform or tofu on PATH, else a download. */
export async function checkEngine(settings: DoctorSettings): Promise<CheckResult> {
  const { env } = settings;
  const pinned = env['RUNWRIGHT_ENGINE'];
  if (pinned !== undefined && pinned !== '') {
    const version = await versionOf(pinned, env);
    return version === undefined
      ? {
          ok: false,
          found: `RUNWRIGHT_ENGINE ${pinned} does not answer to "version -json"`,
          fix: 'set it to the path of a terraform or tofu binary, or unset it',
        }
      : { ok: true, found: `${version} at ${pinned} (RUNWRIGHT_ENGINE)` };
  }
  for (const name of ['terraform', 'tofu']) {
    const version = await versionOf(name, env);
    if (version !== undefined) return { ok: true, found: `${version} on PATH` };
  }
  if (fetchesNothing(settings))
    return {
      ok: false,
      found: `neither terraform nor tofu on PATH, and none is downloaded (RUNWRIGHT_RUN_REGISTRIES=${env['RUNWRIGHT_RUN_REGISTRIES']})`,
      fix: 'bring one here and put it on the PATH, or name it with RUNWRIGHT_ENGINE',
    };
  const [terraform, opentofu] = [
    env['RUNWRIGHT_ENGINE_MIRROR'] ?? PRODUCTS.terraform.site.home,
    env['RUNWRIGHT_OPENTOFU_MIRROR'] ?? PRODUCTS.opentofu.site.home,
  ].map(shownAddress);
  return {
    ok: true,
    found: 'neither terraform nor tofu on PATH',
    fix: `the version a workspace asks for will be downloaded from ${terraform}, OpenTofu from ${opentofu}; without that access, install it`,
  };
}

async function versionOf(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['version', '-json'], {
      env: { PATH: env['PATH'], CHECKPOINT_DISABLE: '1' },
      timeout: 20_000,
    });
    const { terraform_version: version } = JSON.parse(stdout) as { terraform_version?: unknown };
    return typeof version === 'string'
      ? `${/tofu$/.test(program) ? 'OpenTofu' : 'Terraform'} ${version}`
      : undefined;
  } catch {
    // Missing, not executable, or another program of that name: the caller treats them alike.
    return undefined;
  }
}
