import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { ADMIN_TOKEN, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000 });

const read = (file: string): string =>
  readFileSync(path.resolve(import.meta.dirname, '..', '..', file), 'utf8');
const readme = read('README.md');

/** The commands of the only block that is marked as shell. */
function shellCommands(): string {
  const [, commands] = /```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  if (commands === undefined) throw new Error('the README has no shell block');
  return commands;
}

needs('terraform')('the README', () => {
  test('its commands do what they say on a fresh server', async () => {
    const server = await startServerProcess();
    const folder = mkdtempSync(path.join(tmpdir(), 'runwright-readme-'));
    try {
      const shell = spawn('bash', ['-euo', 'pipefail', '-c', shellCommands()], {
        cwd: folder,
        env: { PATH: process.env['PATH'], RUNWRIGHT_URL: server.url, TOKEN: ADMIN_TOKEN },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [shell.stdout, shell.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      const [code] = await once(shell, 'close');
      expect([code, output]).toEqual([0, expect.stringContaining('3 to add, 0 to change, 0 to destroy')]);
      expect(output).toContain("[ '10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24' ]");
    } finally {
      await server.remove();
      await rm(folder, { recursive: true });
    }
  });
});

test('docs/settings.md names every setting that the server knows', () => {
  const page = read('docs/settings.md');
  const settings = [...read('src/server/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
    ([, name]) => name,
  );
  expect(settings.length).toBeGreaterThan(10);
  expect(settings.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
