import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { usageError } from './cli-error.ts';

/** Errors: one that names the setting, for a file that cannot be read. */
export async function checkReadable(setting: string, file: string): Promise<void> {
  await access(file, constants.R_OK).catch((error: unknown) => refuse(setting, file, error));
}

/** Errors: as those of {@link checkReadable}. */
export async function readSettingFile(setting: string, file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => refuse(setting, file, error));
}

function refuse(setting: string, file: string, error: unknown): never {
  const { code = 'error' } = error as NodeJS.ErrnoException;
  throw usageError(`${setting}: ${file} cannot be read (${code})`);
}
