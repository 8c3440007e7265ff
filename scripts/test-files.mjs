/** Lists the test files, and those that need a database. Paths are relative to the root of the project. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

function findFiles() {
  return ['src', 'test', 'packages/models/src', 'packages/client/src', 'web/src'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.posix.join(folder, name)),
  );
}

export const findTests = () => findFiles().filter((file) => file.endsWith('.test.ts'));

/** The test files that import one of these files, directly or through others. */
export function findImporters(files) {
  const importers = new Map(findFiles().map((file) => [file, new Set()]));
  for (const file of importers.keys()) {
    for (const [, specifier] of readFileSync(path.join(root, file), 'utf8').matchAll(/from '(\.[^']*)'/g)) {
      importers.get(path.posix.join(path.posix.dirname(file), specifier))?.add(file);
    }
  }
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const importer of importers.get(file) ?? []) visit(importer);
  };
  for (const file of files) visit(file);
  return [...reached].filter((file) => file.endsWith('.test.ts'));
}

/** Tests that only see an API run on one database: pages, commands, tools, terraform, and the contents of documents. */
const CLIENTS = ['test/browser/', 'test/cli/', 'test/docs/', 'test/mcp/', 'test/terraform-cli/'];

export const findDatabaseTests = () =>
  findImporters(['test/support/database.ts']).filter(
    (file) => !CLIENTS.some((folder) => file.startsWith(folder)),
  );
