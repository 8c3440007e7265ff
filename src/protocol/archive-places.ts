/** What is noted of one archive. Beyond this a clash is found by the kernel, which does not name it. */
const MAX_NOTED = 500_000;

/** The places of an archive's files and folders. */
export interface ArchivePlaces {
  /**
   * Notes an entry, whose path is normalized.
   * @returns what is wrong when a name is both a file and a folder
   */
  add(path: string, isFolder: boolean): string | undefined;
}

/** For each archive anew: some programs pack a file and a folder of one name, and one of them would be lost. */
export function createArchivePlaces(): ArchivePlaces {
  const files = new Set<string>();
  const folders = new Set<string>();
  const clash = (path: string): string =>
    `${JSON.stringify(path.slice(0, 200))} is both a file and a folder in it: rename one of them`;

  return {
    add(path, isFolder) {
      if (path === '' || files.size + folders.size >= MAX_NOTED) return undefined;
      if ((isFolder ? files : folders).has(path)) return clash(path);
      (isFolder ? folders : files).add(path);
      // A known folder has only folders above it.
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const above = path.slice(0, end);
        if (folders.has(above)) break;
        if (files.has(above)) return clash(above);
        folders.add(above);
      }
      return undefined;
    },
  };
}
