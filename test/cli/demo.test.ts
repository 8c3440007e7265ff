import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { needs } from '../support/programs.ts';

const DEMO = path.resolve(import.meta.dirname, '..', '..', 'dist', 'demo.js');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function runDemo(env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [DEMO], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

needs('terraform')('the demo', () => {
  test('runs to its end, shows what happens, and leaves nothing behind', { timeout: 90_000 }, async () => {
    const temporary = await mkdtemp(path.join(inject('databaseTemplate').workFolder, 'demo-test-'));
    try {
      // The demo must not touch the person's own database.
      const { code, output } = await runDemo({
        PATH: process.env['PATH'],
        TMPDIR: temporary,
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      });
      expect(output).toContain('Plan: 11 to add, 0 to change, 0 to destroy.');
      expect(output).toContain('+ resource "terraform_data" "network" {');
      expect(output).toMatch(/\d+ tools, create_run and apply_run among them/);
      expect(output).toContain('planned, needs approval');
      expect(output).toContain('Apply complete! Resources: 11 added');
      expect(output).toContain('server_count     = 4');
      expect(output).toContain('enrollment_token = (sensitive)');
      expect(output).not.toContain('\u001b');
      expect(code).toBe(0);
      expect((await readdir(temporary)).filter((name) => name.startsWith('runwright-demo-'))).toEqual([]);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });

  test('says why it failed and exits with 1', { timeout: 90_000 }, async () => {
    const temporary = await mkdtemp(path.join(inject('databaseTemplate').workFolder, 'demo-test-'));
    try {
      const { code, output } = await runDemo({
        PATH: process.env['PATH'],
        TMPDIR: temporary,
        RUNWRIGHT_ENGINE: path.join(temporary, 'no-engine'),
      });
      expect(code).toBe(1);
      expect(output).toContain('The demo failed:');
      expect(output).toContain('RUNWRIGHT_ENGINE');
      expect((await readdir(temporary)).filter((name) => name.startsWith('runwright-demo-'))).toEqual([]);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
});
