import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunnerSettings } from '../runner/main.ts';
import { holdsPublicKey } from '../runner/downloads/signed-sums.ts';
import { checkReadable, readSettingFile } from './check-readable.ts';
import { usageError } from './cli-error.ts';

type Given = (name: string) => string | undefined;
type Settings = RunnerSettings['engine'];

const PROGRAM_MS = 30_000;

/** Which engines a runner uses, from the environment. Errors: one that names the setting. */
export async function readEngineSettings(given: Given): Promise<Pick<Settings, 'pinnedPath' | 'releases'>> {
  const pinnedPath = given('RUNWRIGHT_ENGINE');
  if (pinnedPath !== undefined) await checkProgram('RUNWRIGHT_ENGINE', pinnedPath);
  return {
    ...(pinnedPath === undefined ? {} : { pinnedPath }),
    releases: {
      terraform: await readSource(given, 'RUNWRIGHT_ENGINE_MIRROR', 'RUNWRIGHT_ENGINE_KEY'),
      opentofu: await readSource(given, 'RUNWRIGHT_OPENTOFU_MIRROR', 'RUNWRIGHT_OPENTOFU_KEY'),
    },
  };
}

async function readSource(
  given: Given,
  mirrorName: string,
  keyName: string,
): Promise<Settings['releases']['terraform']> {
  const mirrorUrl = given(mirrorName);
  const trustedKeyFile = given(keyName);
  if (mirrorUrl !== undefined && (!/^https?:/.test(mirrorUrl) || !URL.canParse(mirrorUrl)))
    throw usageError(`${mirrorName} must be an http or https address`);
  if (mirrorUrl !== undefined && /[?#]/.test(mirrorUrl))
    throw usageError(`${mirrorName} must be an address without "?" and "#"`);
  if (trustedKeyFile !== undefined && !holdsPublicKey(await readSettingFile(keyName, trustedKeyFile)))
    throw usageError(
      `${keyName}: ${trustedKeyFile} holds no public OpenPGP key`,
      'give it one as `gpg --armor --export KEY` writes it',
    );
  return {
    ...(mirrorUrl === undefined ? {} : { mirrorUrl: mirrorUrl.replace(/\/+$/, '') }),
    ...(trustedKeyFile === undefined ? {} : { trustedKeyFile }),
  };
}

async function checkProgram(name: string, file: string): Promise<void> {
  await checkReadable(name, file);
  try {
    await promisify(execFile)(file, ['version'], { timeout: PROGRAM_MS });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === undefined ? 'it does not answer' : `it ends with ${code}`;
    throw usageError(
      `${name}: ${file} is no terraform or tofu that runs here`,
      `\`${file} version\`: ${why}`,
    );
  }
}
