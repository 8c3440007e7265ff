import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { StepKey } from '../protocol/agent-client.ts';
import { findStates, type StateLocations } from '../state/state-locations.ts';
import { writeDurably } from '../state/write-durably.ts';

/** The step whose state it is, and the server that gave the lease. */
const Owner = z.object({ id: z.string(), lease: z.string(), url: z.string() });
type Owner = z.infer<typeof Owner>;

export interface KeptState {
  file: string;
  owner: Owner;
}

/** The folder of states that a server did not accept. Only their delivery removes them. */
export const folderOfKept = (workFolder: string): string => join(workFolder, 'undelivered');

/**
 * Copies the last states of a step to a folder that nothing cleans up, when the server refused a state or may not
 * have it. @returns their paths
 */
export async function keepStates(
  workFolder: string,
  { id, lease, url }: Owner,
  locations: StateLocations,
  known: readonly string[],
): Promise<string[]> {
  const { newest, unreadable, tooLarge } = await findStates(locations, known);
  const folder = folderOfKept(workFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = id.replace(/[^A-Za-z0-9_-]/g, '_');
  const states = [
    ...(newest ? [{ bytes: newest.bytes, word: String(newest.serial ?? 'unnumbered') }] : []),
    ...unreadable.map((bytes, index) => ({ bytes, word: `unreadable-${index + 1}` })),
  ];
  const files: string[] = [];
  for (const { bytes, word } of states) {
    const file = join(folder, `${name}.${word}.tfstate`);
    await writeDurably(file, bytes);
    await writeDurably(
      ownerFileOf(file),
      Buffer.from(JSON.stringify({ id, lease, url } satisfies StepKey & Owner)),
    );
    files.push(file);
  }
  for (const [index, large] of newest ? [] : tooLarge.entries()) {
    const file = join(folder, `${name}.too-large-${index + 1}.tfstate`);
    await rename(large, file);
    files.push(file);
  }
  return files;
}

const ownerFileOf = (file: string): string => `${file}.owner.json`;

/** The states that wait for a server; one without an owner is only for people. */
export async function listKeptStates(workFolder: string): Promise<KeptState[]> {
  const folder = folderOfKept(workFolder);
  const names = await readdir(folder).catch(() => []);
  const kept: KeptState[] = [];
  for (const name of names.filter((each) => each.endsWith('.tfstate')).sort()) {
    const file = join(folder, name);
    const owner = await readFile(ownerFileOf(file), 'utf8')
      .then((text) => Owner.safeParse(JSON.parse(text)).data)
      .catch(() => undefined);
    if (owner) kept.push({ file, owner });
  }
  return kept;
}

export async function removeKeptState({ file }: KeptState): Promise<void> {
  await rm(file, { force: true });
  await rm(ownerFileOf(file), { force: true });
}
