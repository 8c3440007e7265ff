import { copyFile, lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findEscape, MAX_LINK_BYTES, TOO_MANY_LINKS } from '../../protocol/archive-entries.ts';

/** The links of one archive: collected while it is unpacked, made afterwards. */
export interface ArchiveLinks {
  /**
   * A later entry of an archive replaces an earlier one of the same name.
   *
   * @returns what is wrong when there are too many links
   */
  add(link: { keep: 'link' | 'hard-link'; path: string; target: string }): string | undefined;
  /** Called for a file or folder that now has this name. */
  replace(path: string): void;
  /**
   * @param roomBytes how many bytes the copies made for hard links may add
   * @throws RefusedLink, after which some links may exist
   */
  make(folder: string, roomBytes: number): Promise<void>;
}

/** Errors of the kernel where something else has the name, or where a part of the path is not a folder. */
const TAKEN = ['EEXIST', 'EISDIR', 'ENOTDIR', 'ERR_FS_EISDIR'];

/** The message names the link and what is wrong with it. */
export class RefusedLink extends Error {
  override name = 'RefusedLink';
}

export function createArchiveLinks(): ArchiveLinks {
  const symbolic = new Map<string, string>();
  const hard = new Map<string, string>();
  let bytes = 0;
  return {
    add({ keep, path, target }) {
      bytes += path.length + target.length;
      if (bytes > MAX_LINK_BYTES) return TOO_MANY_LINKS;
      this.replace(path);
      (keep === 'link' ? symbolic : hard).set(path, target);
      return undefined;
    },
    replace(path) {
      symbolic.delete(path);
      hard.delete(path);
    },
    async make(folder, roomBytes) {
      // A hard link to a symbolic link becomes a second symbolic link.
      for (const [path, target] of hard) {
        const link = symbolic.get(target);
        if (link === undefined) continue;
        hard.delete(path);
        symbolic.set(path, link);
      }
      const escape = await findEscape(symbolic);
      if (escape !== undefined) throw new RefusedLink(escape);
      let room = roomBytes;
      for (const [path, target] of hard) room -= await copy(folder, path, target, room);
      for (const [path, target] of symbolic) await place(folder, path, (at) => symlink(target, at));
    },
  };
}

/** A copy, so that a run that writes into one does not change the other. @returns its bytes */
async function copy(folder: string, path: string, target: string, room: number): Promise<number> {
  const source = join(folder, target);
  const found = await lstat(source).catch(() => undefined);
  if (!found?.isFile())
    throw new RefusedLink(`${show(path)} is a hard link to ${show(target)}, which is no file before it`);
  if (found.size > room)
    throw new RefusedLink('it expands to too many bytes with the copies of its hard links');
  await place(folder, path, (at) => copyFile(source, at));
  return found.size;
}

async function place(folder: string, path: string, make: (at: string) => Promise<void>): Promise<void> {
  const at = join(folder, path);
  try {
    await mkdir(dirname(at), { recursive: true, mode: 0o755 });
    // An earlier file of this name is removed; a folder stays.
    await rm(at, { force: true });
    await make(at);
  } catch (error) {
    if (!TAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new RefusedLink(`${show(path)} is a link where a file or a folder is already`, { cause: error });
  }
}

function show(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
