import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the checked-out or installed program, which contains bin/runwright. */
export function findProgramFolder(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    if (existsSync(new URL('bin/runwright', folder))) return fileURLToPath(folder);
    if (folder.pathname === '/') throw new Error('bin/runwright is not there: this program is not complete');
  }
}
