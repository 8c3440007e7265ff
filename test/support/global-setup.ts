import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import type { DatabaseTemplate } from './database-template.ts';
import { dropPostgresTemplate, makeEmbeddedTemplate, makePostgresTemplate } from './database-template.ts';
import { makeWorkFolder } from './work-folder.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    databaseTemplate: DatabaseTemplate;
    /** Where what tests build for all of them is kept while they run. */
    builtFolder: string;
  }
}

/** Before all tests of a run, in whichever way they are started: builds, and makes the database to copy. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = path.resolve(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, [path.join(root, 'scripts', 'ensure.mjs')], { stdio: 'inherit' });
  const workFolder = makeWorkFolder();
  try {
    const template = await makeTemplate(workFolder);
    project.provide('databaseTemplate', template);
    project.provide('builtFolder', path.join(workFolder, 'built'));
    return async () => {
      if (template.kind === 'postgres') await dropPostgresTemplate(template.serverUrl, template.name);
      rmSync(workFolder, { recursive: true, force: true });
    };
  } catch (error) {
    rmSync(workFolder, { recursive: true, force: true });
    throw error;
  }
}

async function makeTemplate(workFolder: string): Promise<DatabaseTemplate> {
  const kind = process.env['RUNWRIGHT_TEST_DATABASE'] ?? 'embedded';
  if (kind === 'embedded') return await makeEmbeddedTemplate(workFolder);
  if (kind !== 'postgres') throw new Error(`RUNWRIGHT_TEST_DATABASE is ${kind}: use embedded or postgres`);
  const serverUrl = process.env['RUNWRIGHT_TEST_POSTGRES_URL'];
  if (!serverUrl) {
    throw new Error('set RUNWRIGHT_TEST_POSTGRES_URL to the address of a superuser on a PostgreSQL server');
  }
  return await makePostgresTemplate(serverUrl, workFolder);
}
