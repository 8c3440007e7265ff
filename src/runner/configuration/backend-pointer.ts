import { constants } from 'node:fs';
import { mkdir, open, readlink, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { readLeftFile } from '../sandbox/left-file.ts';
import { StepFailure } from '../step-failure.ts';

/** Where terraform remembers which backend a folder was initialized for. */
const DATA_FOLDER = '.terraform';
const POINTER_NAME = 'terraform.tfstate';

/** The local backend with its two paths, as terraform's own init would write it down. */
export interface BackendPointer {
  /** Paths are relative to the working directory, so that the text is the same for every run. */
  path: string;
  workspaceFolder: string;
  /** The engine's number for the backend block of the configuration; it believes only a pointer with that number. */
  hash: string;
}

/**
 * Makes terraform treat the working directory as initialized, with the local backend instead of any `backend` or
 * `cloud` block: no file of the configuration is changed, and none is added (docs/adr/0083).
 */
export async function writeBackendPointer(workingDirectory: string, pointer: BackendPointer): Promise<void> {
  const { path, workspaceFolder, hash } = pointer;
  const config = JSON.stringify({ path, workspace_dir: workspaceFolder });
  await replacePointer(
    workingDirectory,
    `{"version":3,"serial":1,"lineage":"","backend":{"type":"local","config":${config},"hash":${hash}}}\n`,
  );
}

/**
 * The pointer exists only while `act` runs; afterwards the previous file, if there was one, is back. In a
 * configuration without a backend block terraform would take a pointer for a change, and ask for another init.
 */
export async function withBackendPointer<Result>(
  workingDirectory: string,
  pointer: BackendPointer,
  act: () => Promise<Result>,
): Promise<Result> {
  const former = await readLeftFile(workingDirectory, join(workingDirectory, DATA_FOLDER, POINTER_NAME));
  await writeBackendPointer(workingDirectory, pointer);
  const result = await act();
  await replacePointer(workingDirectory, former);
  // An init that has nothing to install leaves no folder either.
  if (!former) {
    await rmdir(join(workingDirectory, DATA_FOLDER)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  }
  return result;
}

async function replacePointer(workingDirectory: string, text: string | Buffer | undefined): Promise<void> {
  await mkdir(join(workingDirectory, DATA_FOLDER), { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await inDataFolder(workingDirectory, async (folder) => {
    const file = join(folder, POINTER_NAME);
    await rm(file, { force: true });
    if (text === undefined) return;
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const handle = await open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  });
}

/** An init runs code of the configuration, which may have replaced the folder with anything. */
async function inDataFolder(workingDirectory: string, act: (folder: string) => Promise<void>): Promise<void> {
  const path = join(workingDirectory, DATA_FOLDER);
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  let handle: FileHandle;
  try {
    handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    throw new StepFailure(
      `The configuration has something else in the place of the folder ${DATA_FOLDER}`,
      '',
      {
        cause: error,
      },
    );
  }
  try {
    const held = `/proc/self/fd/${handle.fd}`;
    // Without /proc there is no sandbox either, and the path is as safe as the handle.
    const opened = await readlink(held).catch(() => undefined);
    if (opened !== undefined && opened !== path)
      throw new StepFailure('The configuration has been moved while it was initialized');
    await act(opened === undefined ? path : held);
  } finally {
    await handle.close();
  }
}
