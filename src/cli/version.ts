import { existsSync, readFileSync } from 'node:fs';

/** The version in the program's package.json, whether it runs from source or from dist/. */
export function programVersion(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder);
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
      if (name === 'runwright' && version !== undefined) return version;
    }
    if (folder.pathname === '/') return 'unknown';
  }
}
