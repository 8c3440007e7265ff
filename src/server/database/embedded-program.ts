import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseProblem } from './database-problem.ts';

export interface EmbeddedProgram {
  /** The thread's file: a thread needs JavaScript of its own, also when the server runs from source. */
  worker: string;
  /** The prepared, empty database; without it the first start takes some seconds longer. */
  template: string | null;
}

/** Finds the files that `npm run build` made for the embedded database. @throws DatabaseProblem `not-built` */
export function locateEmbeddedProgram(): EmbeddedProgram {
  const worker = locateProgram('embedded-worker.js');
  const dist = path.dirname(worker);
  const template = readdirSync(dist).find((name) => /^embedded-template-.*\.tar\.gz$/.test(name));
  return { worker, template: template === undefined ? null : path.join(dist, template) };
}

/** The path of a file that `npm run build` made for a thread. @throws DatabaseProblem `not-built` */
export function locateProgram(name: string): string {
  const root = findPackageRoot(path.dirname(fileURLToPath(import.meta.url)));
  const file = path.join(root, 'dist', name);
  if (!existsSync(file)) {
    throw new DatabaseProblem('not-built', `${file} is missing: run \`npm run build\` first`);
  }
  return file;
}

/** The folder of the package, found from its sources and from dist/ and dist/chunks/. @throws DatabaseProblem */
export function findPackageRoot(folder: string): string {
  const manifest = path.join(folder, 'package.json');
  if (existsSync(manifest)) {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown };
    if (name === 'runwright') return folder;
  }
  const parent = path.dirname(folder);
  if (parent === folder) throw new DatabaseProblem('not-built', 'the package.json of runwright is missing');
  return findPackageRoot(parent);
}
