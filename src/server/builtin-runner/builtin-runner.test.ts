import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isRunnerSetting } from './builtin-runner.ts';

/** What the server itself decides for its runner. */
const OF_THE_SERVER = ['URL', 'AGENT_TOKEN', 'AGENT_NAME', 'SLOTS', 'WORK'].map(
  (name) => `RUNWRIGHT_${name}`,
);

test('a server passes on every setting that its runner reads, and none of its own secrets', () => {
  const cli = path.resolve(import.meta.dirname, '../../cli');
  const sources = ['commands/agent.ts', 'engine-settings.ts', 'run-limits.ts', 'run-network.ts']
    .map((file) => readFileSync(path.join(cli, file), 'utf8'))
    .join('\n');
  const read = new Set([...sources.matchAll(/'(RUNWRIGHT_[A-Z_]+)'/g)].map(([, name = '']) => name));
  expect(read.size).toBeGreaterThan(15);
  expect([...read].filter((name) => !OF_THE_SERVER.includes(name) && !isRunnerSetting(name))).toEqual([]);
  const secrets = ['ADMIN_TOKEN', 'ENCRYPTION_KEY', 'METRICS_TOKEN', 'SMTP_URL', 'OIDC_CLIENT_SECRET'];
  expect(secrets.filter((name) => isRunnerSetting(`RUNWRIGHT_${name}`))).toEqual([]);
});
