import type { Caller } from '../access/caller.ts';
import { createTurns } from '../blobs/turns.ts';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';
import { findArchive, readConfigurationVersion } from './service.ts';
import { walkArchive, type ArchivedFile } from './walk-archive.ts';

/** A person does not read more than this of one file. */
const MAX_CONTENT_BYTES = 1024 ** 2;
/** Most files in one answer; a client that needs the others names them, or downloads the archive. */
const MAX_LISTED = 5_000;

export interface ConfigurationFile extends ArchivedFile {
  /** The content of a file that was requested by its path. */
  content?: FileContent;
}

interface FileContent {
  /** null: the file is no text. */
  text: string | null;
  isCut: boolean;
}

export interface FoundFiles {
  /** Files by path, and no more than an answer may hold. */
  files: ConfigurationFile[];
  totalCount: number;
}

type FilesOf = (
  caller: Caller,
  id: string,
  /** The file to read; undefined: the list of files. */
  path: string | undefined,
  gone: AbortSignal,
) => Promise<FoundFiles>;

/**
 * Reads the archive of a configuration version, as a runner would unpack it. Each request reads it again, and a
 * caller's requests are never served at the same time: each waits for the one before.
 */
export function createFilesOf(platform: Platform): FilesOf {
  const inTurn = createTurns();
  return async (caller, id, path, gone) => {
    const version = await readConfigurationVersion(platform, caller, id);
    const sha256 = await findArchive(platform, id);
    return await inTurn('userId' in caller ? caller.userId : caller.tokenId, async () => {
      if (gone.aborted) return { files: [], totalCount: 0 };
      return await lookInto(platform, sha256, Number(version.size_bytes ?? 0), path, gone);
    });
  };
}

async function lookInto(
  { blobs }: Platform,
  sha256: string,
  sizeBytes: number,
  wanted: string | undefined,
  gone: AbortSignal,
): Promise<FoundFiles> {
  const found = new Map<string, ConfigurationFile>();
  let bytes: Buffer = Buffer.alloc(0);
  const archive = await blobs.open(sha256);
  // The walk ends with the stream.
  const stop = (): void => void archive.destroy(new Error('nobody waits for it'));
  gone.addEventListener('abort', stop, { once: true });
  try {
    const refused = await walkArchive(archive, sizeBytes, {
      file(file) {
        if (wanted !== undefined && file.path !== wanted) return 0;
        found.set(file.path, file);
        bytes = Buffer.alloc(0);
        return wanted === undefined ? 0 : MAX_CONTENT_BYTES;
      },
      content: (_, read) => void (bytes = read),
    });
    if (refused !== undefined) refuse('unprocessable', `The archive cannot be looked into: ${refused}.`);
  } catch (error) {
    if (!gone.aborted) throw error;
  } finally {
    gone.removeEventListener('abort', stop);
  }
  const file = wanted === undefined ? undefined : found.get(wanted);
  if (file !== undefined && file.target === undefined) {
    const isCut = file.sizeBytes > bytes.length;
    file.content = { text: toText(bytes, isCut), isCut };
  }
  const files = [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, MAX_LISTED);
  return { files, totalCount: found.size };
}

/** @param isCut the bytes may end inside a character */
function toText(bytes: Buffer, isCut: boolean): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}
