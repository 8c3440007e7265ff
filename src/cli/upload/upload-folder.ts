import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ConfigurationVersionCreate } from '@runwright/client';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { packFolder, type PackedFolder } from './pack-folder.ts';

const POLL_MS = 250;
const MAX_POLLS = 120;

export interface UploadedFolder extends Omit<PackedFolder, 'archive'> {
  readonly configurationVersionId: string;
  readonly archiveBytes: number;
}

/** Packs a folder, uploads it as a new configuration version and waits until the server has processed it. */
export async function uploadFolder(
  client: Client,
  workspaceId: string,
  folder: string,
  kind: ConfigurationVersionCreate,
): Promise<UploadedFolder> {
  const { archive, ...counts } = await packFolder(folder);
  const version = await client.configurationVersions.create(workspaceId, kind);
  await client.configurationVersions.upload(version, archive);
  await waitUntilUploaded(client, version.id);
  return { ...counts, configurationVersionId: version.id, archiveBytes: archive.length };
}

async function waitUntilUploaded(client: Client, id: string): Promise<void> {
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    const { attributes } = await client.configurationVersions.read(id);
    if (attributes.status === 'uploaded') return;
    if (attributes.status === 'errored') {
      throw new CliError(
        `the server could not use the configuration: ${attributes['error-message'] ?? 'no reason given'}`,
        {
          exitCode: EXIT.failed,
        },
      );
    }
    await sleep(POLL_MS);
  }
  throw new CliError('the server took too long to take in the configuration', { exitCode: EXIT.failed });
}
