import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StepFailure } from '../step/step-failure.ts';

/** Override files merge in byte order and the last wins; a tilde is the last printable ASCII character. */
const OVERRIDE_NAME = '~runwright_override.tf';
const OVERRIDE_TEXT = 'terraform {\n  backend "local" {}\n}\n';

/**
 * Replaces whatever `backend` or `cloud` block the root module has by the local backend, without touching its files,
 * so that line numbers in diagnostics stay right (terraform-cli B3).
 */
export async function overrideBackend(workingDirectory: string): Promise<void> {
  const later = (await readdir(workingDirectory)).filter(
    (name) =>
      /override\.(tf|tofu)(\.json)?$/.test(name) && Buffer.compare(Buffer.from(name), NAME_BYTES) >= 0,
  );
  if (later.length > 0) {
    const names = later.map((name) => JSON.stringify(name)).join(', ');
    throw new StepFailure(
      'An override file would replace the backend of the run',
      `State of a run is kept by the platform, so no override file may sort after ${OVERRIDE_NAME}. Rename: ${names}.`,
    );
  }
  await writeFile(join(workingDirectory, OVERRIDE_NAME), OVERRIDE_TEXT, { flag: 'wx' });
}

const NAME_BYTES = Buffer.from(OVERRIDE_NAME);
