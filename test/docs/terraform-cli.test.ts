import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { ADMIN_TOKEN, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000 });

const root = path.resolve(import.meta.dirname, '..', '..');
const guide = readFileSync(path.join(root, 'docs', 'terraform-cli.md'), 'utf8');
const commands = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text).join('\n');

needs('terraform')('docs/terraform-cli.md', () => {
  test('its commands lead from nothing to an applied run', async () => {
    const server = await startServerProcess();
    const folder = mkdtempSync(path.join(tmpdir(), 'runwright-guide-'));
    const home = path.join(folder, 'home');
    mkdirSync(home);
    symlinkSync(path.join(root, 'bin'), path.join(folder, 'bin'));
    try {
      const shell = spawn('bash', ['-euo', 'pipefail', '-c', commands], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          CHECKPOINT_DISABLE: '1',
          RUNWRIGHT_URL: server.url,
          TOKEN: ADMIN_TOKEN,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [shell.stdout, shell.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      const [code] = (await once(shell, 'close')) as [number];
      expect(code, output).toBe(0);
      expect(output).toContain('subnet = "10.0.0.0/24"');
      expect(output).toContain('Resources: 0 added, 0 changed, 1 destroyed.');
      expect(output).toContain('export SSL_CERT_FILE=');
    } finally {
      await server.remove();
      await rm(folder, { recursive: true });
    }
  });
});
