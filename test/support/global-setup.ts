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
    /** The folder of what is built once for all tests. */
    builtFolder: string;
  }
}

/** Runs before all tests, however they are started: builds, and makes the database template. */
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
