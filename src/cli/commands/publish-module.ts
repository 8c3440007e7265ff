import { createHash } from 'node:crypto';
import { ApiError, type Client, type ModuleName, type ModuleVersion } from '@runwright/client';
import { CliError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { moduleNamed } from '../registry-names.ts';
import type { Terminal } from '../terminal.ts';
import { packFolder } from '../upload/pack-folder.ts';

const UPLOAD_MS = 10 * 60_000;

/** Continues an interrupted publication; a complete one with the same files stays unchanged. */
export async function publishModule(
  { module: text, version, folder }: { module: string; version: string; folder: string },
  flags: ConnectionFlags & { readonly json?: true },
  terminal: Terminal,
): Promise<number> {
  const module = moduleNamed(text);
  const { archive } = await packFolder(folder);
  const { client } = await connect(flags, terminal.env, { timeoutMs: UPLOAD_MS });
  await client.registryModules.create(module).catch(async (error: unknown) => {
    if (!isInvalid(error)) throw error;
    // The error reports the problem, unless the module exists already.
    await client.registryModules.read(module).catch(() => {
      throw error;
    });
  });
  const made = await versionOf(client, module, version);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  if (made.attributes.status !== 'ok') await client.registryModules.uploadVersion(made, archive);
  else if (made.attributes.sha256 !== sha256)
    throw new CliError(`${text} ${version} is published with other files`, {
      exitCode: EXIT.failed,
      fix: 'a version never changes: publish the next one',
    });
  const host = new URL(client.address).host;
  if (flags.json === true)
    terminal.print(JSON.stringify({ ...module, version, sha256, id: made.id }, null, 2));
  else
    terminal.print(
      `${text} ${version} is published (SHA-256 ${sha256}). Use it with: source = "${host}/${text}", version = "${version}"`,
    );
  return EXIT.ok;
}

async function versionOf(client: Client, module: ModuleName, version: string): Promise<ModuleVersion> {
  try {
    return await client.registryModules.createVersion(module, version);
  } catch (error) {
    if (!isInvalid(error)) throw error;
    return await client.registryModules.readVersion(module, version).catch(() => {
      throw error;
    });
  }
}

const isInvalid = (error: unknown): boolean => error instanceof ApiError && error.code === 'invalid';
