import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');
const NAMES = ['client', 'models'] as const;

let folder: string;
let app: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runwright-packed-'));
  const project = await copyProject(path.join(folder, 'project'));
  app = path.join(folder, 'app');
  for (const name of NAMES) {
    const packing = path.join(project, 'packages', name);
    await run('npm', ['pack', '--pack-destination', folder, '--offline', '--loglevel', 'error'], {
      cwd: packing,
    });
    const installed = path.join(app, 'node_modules/@runwright', name);
    await mkdir(installed, { recursive: true });
    await extract({ file: path.join(folder, `runwright-${name}-0.1.0.tgz`), cwd: installed, strip: 1 });
  }
  await symlink(path.join(ROOT, 'node_modules/zod'), path.join(app, 'node_modules/zod'));
  await writeFile(path.join(app, 'package.json'), JSON.stringify({ type: 'module' }));
}, 180_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Copies the packages as a fresh clone has them, so that no earlier build helps and nothing is left in this folder. */
async function copyProject(to: string): Promise<string> {
  await mkdir(path.join(to, 'node_modules/@runwright'), { recursive: true });
  for (const name of ['tsconfig.json', 'LICENSE']) await cp(path.join(ROOT, name), path.join(to, name));
  for (const name of NAMES) {
    await cp(path.join(ROOT, 'packages', name), path.join(to, 'packages', name), {
      recursive: true,
      filter: (source) => !['dist', 'node_modules', 'LICENSE'].includes(path.basename(source)),
    });
    await symlink(path.join(to, 'packages', name), path.join(to, 'node_modules/@runwright', name));
  }
  for (const name of ['.bin', '@types', 'typescript', 'zod'])
    await symlink(path.join(ROOT, 'node_modules', name), path.join(to, 'node_modules', name));
  return to;
}

describe('the packages as they are published', () => {
  test.each(NAMES)(
    '%s is what its package.json names, a README and the licence, and no source',
    async (name) => {
      const installed = path.join(app, 'node_modules/@runwright', name);
      expect((await readdir(installed)).toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
      const all = await readdir(path.join(installed, 'dist'), { recursive: true });
      expect(all.filter((file) => file.includes('test') || file.endsWith('.map'))).toEqual([]);
      expect(all).toContain('index.js');
      expect(all).toContain('index.d.ts');
    },
  );

  test('plain node imports both and sends the request of the specification with them', async () => {
    await writeFile(
      path.join(app, 'run.js'),
      `import { createClient } from '@runwright/client';
       import { encodeRunCreate, RunCreateRequest } from '@runwright/models';
       const params = { message: 'Deploy', target_addrs: ['module.network'] };
       const request = RunCreateRequest.parse({ workspace_id: 'ws-example123', params });
       const sent = [];
       const fetch = async (url, { body }) => {
         sent.push(body);
         return Response.json({ data: { id: 'run-1', type: 'runs', attributes: { status: 'pending' } } });
       };
       const client = createClient({ address: 'https://tf.example.com', token: 't', fetch });
       const run = await client.runs.create(request);
       console.log(JSON.stringify({ id: run.id, isSame: sent[0] === JSON.stringify(encodeRunCreate(request)) }));`,
    );
    const { stdout } = await run(process.execPath, ['run.js'], { cwd: app, env: {} });
    expect(JSON.parse(stdout)).toEqual({ id: 'run-1', isSame: true });
  });

  test('the run examples of both READMEs pass a type checker that sees only the packages', async () => {
    const examples = await Promise.all(
      NAMES.map(async (name) => {
        const readme = await readFile(path.join(app, 'node_modules/@runwright', name, 'README.md'), 'utf8');
        return [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
      }),
    );
    expect(examples.map((codes) => codes.length)).toEqual([2, 3]);
    const files = await Promise.all(
      examples.flat().map(async (code, index) => {
        const file = `example-${String(index)}.ts`;
        const isPart = code.includes('client.') && !code.includes('import ');
        const before =
          "import { createClient } from '@runwright/client';\nconst client = createClient({ address: '' });\nconst planId = '';\n";
        await writeFile(path.join(app, file), `${isPart ? before : ''}${code}`);
        return file;
      }),
    );
    // This file must contain errors: if types were lost, they would be `any`, and nothing would be wrong.
    await writeFile(
      path.join(app, 'wrong.ts'),
      `import { createClient } from '@runwright/client';
       import { RunParams } from '@runwright/models';
       // @ts-expect-error a workspace has a name
       createClient({ address: '' }).workspaces.create('acme', {});
       // @ts-expect-error a boolean
       RunParams.parse({}).is_destroy.length;`,
    );
    files.push('wrong.ts');
    await symlink(path.join(ROOT, 'node_modules/@types'), path.join(app, 'node_modules/@types'));
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
    const { stdout } = await run(tsc, [...options, '--skipLibCheck', ...files], {
      cwd: app,
    }).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toBe('');
  });
});
