import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { treeOf } from '../../src/runner/sandbox/process-tree.ts';
import { needs } from '../support/programs.ts';
import { packFiles } from './configuration-archive.ts';
import { planAndApply, startHarness, until } from './harness.ts';
import { countProcesses } from './processes.ts';

const MIB = 1024 ** 2;
const applyOf = (command: string) =>
  packFiles({
    'main.tf': `resource "terraform_data" "a" {
  provisioner "local-exec" { command = ${JSON.stringify(command)} }
}`,
  });

const limits = { memoryBytes: 700 * MIB, processes: 200, diskBytes: 300 * MIB, temporaryBytes: 16 * MIB };
const inSteps =
  'import time\nheld = []\nwhile True:\n  held.append(bytearray(b"x" * (20 << 20)))\n  time.sleep(0.05)';

needs('terraform', 'bwrap')('a run over a limit', () => {
  it.each([
    ['memory', `python3 -c '${inSteps}'`, 'more than 700 MB of memory', 'RUNWRIGHT_RUN_MEMORY'],
    [
      'memory, spread over processes',
      `for i in 1 2 3 4 5 6; do head -c 200000000 /dev/zero | tail -n 1 | sleep 30 & done; sleep 30`,
      'more than 700 MB of memory',
      'RUNWRIGHT_RUN_MEMORY',
    ],
    [
      'processes',
      'for i in $(seq 250); do sleep 30 & done; sleep 30',
      'more than 200',
      'RUNWRIGHT_RUN_PROCESSES',
    ],
    [
      'disk',
      'for i in $(seq 60); do head -c 10M /dev/zero > $i; sleep 0.1; done; sleep 30',
      'more than 300 MB',
      'RUNWRIGHT_RUN_DISK',
    ],
    [
      'disk, in files that have no name any more',
      'for i in 1 2 3 4; do exec 7>gone.$i; rm gone.$i; (sleep 30 >&7) & head -c 100M /dev/zero >&7; done; sleep 30',
      'more than 300 MB',
      'RUNWRIGHT_RUN_DISK',
    ],
  ])(
    'of %s is ended with the name of the limit, and its neighbour goes on',
    async (_what, command, held, setting) => {
      const harness = await startHarness({ sandbox: 'required', slots: 2, limits });
      try {
        const neighbour = planAndApply(harness, { configuration: applyOf('sleep 3') });
        const { apply } = await planAndApply(harness, { configuration: applyOf(command) });
        expect(apply.finish?.outcome).toBe('errored');
        expect(apply.finish?.message).toContain(`The apply was ended: ${held}`);
        expect(apply.log.toString()).toContain(setting);
        expect((await neighbour).apply.finish?.outcome).toBe('succeeded');
      } finally {
        await harness.close();
      }
    },
  );
});

needs('terraform', 'bwrap')('leftovers of a run', () => {
  it.each([
    ['a state of three gigabytes with nothing in it', 'truncate -s 3G errored.tfstate; sleep 2'],
    [
      'a state that is nested without end',
      `head -c 20000000 /dev/zero | tr '\\0' '[' > errored.tfstate; sleep 2`,
    ],
    ['a state that nobody may read', 'echo x > errored.tfstate; chmod 000 errored.tfstate; sleep 1'],
    [
      'a folder deeper than a path may be long',
      `python3 -c 'import os
for i in range(3000): os.mkdir("d" * 100); os.chdir("d" * 100)'`,
    ],
    ['a folder that nobody may enter', 'mkdir -p a/b && chmod 000 a/b a'],
  ])('such as %s end neither its runner nor another run, and are removed', async (_what, command) => {
    const harness = await startHarness({ sandbox: 'required', slots: 2 });
    try {
      const neighbour = planAndApply(harness, { configuration: applyOf('sleep 3') });
      const { apply } = await planAndApply(harness, { configuration: applyOf(command) });
      expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: 1 } });
      expect((await neighbour).apply.finish?.outcome).toBe('succeeded');
      await until(() => !existsSync(join(harness.workFolder, apply.step.run.id)));
    } finally {
      await harness.close();
    }
  });

  it("on the output of terraform itself, without a line end, are read up to the log's limit", async () => {
    const harness = await startHarness({ sandbox: 'required', limits: { logBytes: 4 * MIB } });
    // Writes to the standard output of process 1, which is terraform.
    const python = `import ctypes, os
libc = ctypes.CDLL(None)
fd = libc.syscall(438, libc.syscall(434, 1, 0), 1, 0)
for i in range(600): os.write(fd, b"\\xff" * (1 << 20))`;
    try {
      const { apply } = await planAndApply(harness, { configuration: applyOf(`python3 -c '${python}'`) });
      expect(apply.finish?.outcome).toBe('succeeded');
      expect(apply.log.toString('latin1')).toContain('RUNWRIGHT_RUN_LOG');
      expect(apply.log.length).toBeLessThan(5 * MIB);
    } finally {
      await harness.close();
    }
  });
});

needs('terraform', 'bwrap')('a process of a step that is stopped', () => {
  const SLEEP = `sleep 65.${process.pid}`;
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'by %s ends its run with a clear message, leaves nothing, and frees its slot',
    async (signal) => {
      const harness = await startHarness({ sandbox: 'required' });
      try {
        const plan = await harness.execute({ phase: 'plan', configuration: applyOf(SLEEP) });
        const apply = harness.server.enqueue({
          phase: 'apply',
          configuration: applyOf(SLEEP),
          plan: plan.artifacts.get('plan-file'),
        });
        await until(() => countProcesses(SLEEP.replace(' ', '\0')) > 0);
        const [worker] = childrenOf(process.pid, 'step.js').filter(
          (pid) => childrenOf(pid, SLEEP.replace(' ', '\0')).length > 0,
        );
        if (worker === undefined) throw new Error('no process of a step has started a sandbox');
        process.kill(worker, signal);
        // A stopped process ignores signals, so the server asks for a kill.
        if (signal === 'SIGSTOP') apply.signal = 'kill';
        const finish = await apply.finished;
        if (signal === 'SIGKILL') {
          expect(finish).toMatchObject({ outcome: 'errored' });
          expect(finish.message).toBe('The process that executed this apply was ended by SIGKILL');
          expect(apply.log.toString()).toContain('Other runs are not concerned');
        } else expect(finish.outcome).toBe('canceled');
        await until(() => countProcesses(SLEEP.replace(' ', '\0')) === 0);
        const next = await harness.execute({ phase: 'plan', configuration: applyOf('true') });
        expect(next.finish?.outcome).toBe('succeeded');
        await until(() => !existsSync(join(harness.workFolder, apply.step.run.id)));
      } finally {
        await harness.close();
      }
    },
    120_000,
  );
});

function childrenOf(parent: number, word: string): number[] {
  return treeOf(parent).filter((pid) => pid !== parent && commandLine(pid).includes(word));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
