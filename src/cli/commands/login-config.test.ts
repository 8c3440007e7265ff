import { expect, test } from 'vitest';
import { runCli } from '../testing/run-cli.ts';

test('the output names the services of the server, and how to sign in', async () => {
  const { exitCode, stdout } = await runCli(['login-config'], { RUNWRIGHT_URL: 'http://localhost:9000/' });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('host "localhost:9000" {');
  expect(stdout).toContain('"tfe.v2"       = "http://localhost:9000/api/v2/"');
  expect(stdout).toContain('terraform login localhost:9000');
});

test('plain http to another machine is refused', async () => {
  const refused = await runCli(['login-config', '--address', 'http://runwright.example.com']);
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('https')]);
  expect((await runCli(['login-config', '--address', 'https://runwright.example.com'])).exitCode).toBe(0);
});

test.each(['runwright.example.com', 'ftp://localhost', 'http://'])('%j is no address', async (address) => {
  expect((await runCli(['login-config', '--address', address])).exitCode).toBe(2);
});
