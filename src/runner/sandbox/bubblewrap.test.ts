import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultLimits } from '../settings.ts';
import { needs } from '../../../test/support/programs.ts';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { checkBubblewrap } from './bubblewrap-check.ts';
import { markedBy } from './process-tree.ts';
import type { Box, Command, RunningCommand, Sandbox, SandboxLimits } from './sandbox.ts';

const isRoot = process.getuid?.() === 0;

needs('bwrap')('the bubblewrap sandbox', () => {
  let root: string;
  let box: Box;
  let mark: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'runwright-sandbox-'));
    const hostFolder = join(root, 'box');
    mkdirSync(hostFolder, { mode: 0o700 });
    writeFileSync(join(root, 'terraformrc'), 'of the runner', { mode: 0o600 });
    box = { hostFolder, innerFolder: '/runwright', cliConfigFile: join(root, 'terraformrc') };
    mark = `MARK=${root}`;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function open(limits: Partial<SandboxLimits> = {}): Promise<Sandbox> {
    const check = await checkBubblewrap();
    if (!check.works) throw new Error(check.reason);
    return createBubblewrapSandbox(check, join(root, 'support'), { ...defaultLimits, ...limits });
  }
  const shell = (script: string): Command => ({
    engine: '/bin/sh',
    args: ['-c', script],
    workingDirectory: '/runwright',
    environment: { PATH: '/usr/bin:/bin', MARK: root },
  });
  async function say(running: RunningCommand): Promise<string> {
    let text = '';
    for (const stream of [running.stdout, running.stderr])
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await running.exited;
    return text;
  }
  const run = async (script: string, limits?: Partial<SandboxLimits>) =>
    await say((await open(limits)).start(box, shell(script)));

  test.each([
    ['the program that the kernel starts at a crash', ': > /proc/sys/kernel/core_pattern'],
    ['the helper programs of the kernel', ': > /proc/sys/kernel/usermodehelper/bset'],
    ['how the kernel routes', ': > /proc/sys/net/ipv4/ip_forward'],
    ["the name of the run's own domain", 'echo x > /proc/sys/kernel/domainname'],
    ['a user name space', 'unshare -U true'],
    ['a mounted cgroup', 'unshare -UrmC sh -c "mkdir /tmp/c && mount -t cgroup2 none /tmp/c"'],
    ['the root folder', 'touch /left'],
    ['the folder of devices', 'touch /dev/left'],
    ['the CLI configuration', 'echo x > /runwright-engine/terraformrc'],
  ])('refuses a run %s', async (_what, command) => {
    expect(await run(`(${command}) 2>/dev/null && echo OPEN || echo refused`)).toBe('refused\n');
  });

  test('gives a run of root another user on the host, who can use its folder and its CLI configuration', async () => {
    writeFileSync(join(box.hostFolder, 'given'), 'x', { mode: 0o600 });
    const running = (await open()).start(
      box,
      shell('cat given /runwright-engine/terraformrc && touch made && echo ready && sleep 60'),
    );
    let said = '';
    running.stdout.on('data', (chunk) => (said += String(chunk)));
    await expect.poll(() => said, { timeout: 20_000 }).toContain('ready');
    expect(said).toContain('of the runner');
    const uids = await Promise.all(markedBy(mark).map(uidOf));
    running.kill();
    await running.exited;
    expect(uids.length).toBeGreaterThan(0);
    // The outermost bubblewrap holds nothing of the run.
    if (isRoot) expect(uids.filter((uid) => uid !== 0)).not.toHaveLength(0);
  });

  test('counts the processes of a run, and bounds its memory for files', async () => {
    const forks = 'for i in $(seq 60); do sleep 5 & done; echo all';
    expect(await run(forks, { processes: 20 })).toMatch(/fork/i);
    const files = 'head -c 30000000 /dev/zero > /tmp/f; stat -c %s /tmp/f';
    expect(await run(files, { temporaryBytes: 8 * 1024 ** 2 })).toContain('No space left');
    expect(await run('head -c 100000000 /dev/zero > /dev/shm/f')).toContain('No space left');
  });

  test('leaves no process after a kill at any moment of its start', async () => {
    const sandbox = await open();
    for (let round = 0; round < 150; round++) {
      const running = sandbox.start(box, shell('sleep 60'));
      await sleep(round % 7);
      running.kill();
      await running.exited;
    }
    await expect.poll(() => markedBy(mark)).toEqual([]);
  });
});

async function uidOf(pid: number): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
