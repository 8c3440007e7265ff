import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { treeOf } from '../../src/runner/sandbox/process-tree.ts';
import type { ServedStep } from './agent-server.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState, startHarness, until, type Harness } from './harness.ts';
import { countProcesses, nameOf } from './processes.ts';
import { needs } from '../support/programs.ts';

/** A command that is unique to this process, since other runs of these tests have theirs. */
const SLEEP = `sleep 61.${process.pid}`;
/** The command line of the processes that the apply starts. */
const SLEEPER = SLEEP.replace(' ', '\0');

/** A quick resource, one that takes a minute and leaves a process in a new session, and one that depends on it. */
const SLOW = packFiles({
  'main.tf': `
resource "terraform_data" "quick" { input = "done" }
resource "terraform_data" "slow" {
  input = terraform_data.quick.output
  provisioner "local-exec" { command = "echo started; (setsid ${SLEEP} &); ${SLEEP}" }
}
resource "terraform_data" "after" { input = terraform_data.slow.output }
`,
});

const sandboxes = [
  { sandbox: 'required', describe: needs('terraform', 'bwrap') },
  { sandbox: 'off', describe: needs('terraform') },
] as const;

for (const { sandbox, describe: describeWhereItWorks } of sandboxes) {
  describeWhereItWorks(`an apply in a sandbox that is ${sandbox}`, () => {
    let harness: Harness;
    beforeEach(async () => {
      harness = await startHarness({ sandbox, limits: { deliveryMs: 20_000 } });
    });
    afterEach(() => harness.close());

    /** Starts an apply and waits until it works on the slow resource and has delivered its state. */
    async function startSlowApply(): Promise<ServedStep> {
      const plan = await harness.execute({ phase: 'plan', configuration: SLOW });
      const apply = harness.server.enqueue({
        phase: 'apply',
        configuration: SLOW,
        plan: plan.artifacts.get('plan-file'),
      });
      await until(() => apply.log.includes('started') && apply.states.length > 0);
      await until(() => countProcesses(SLEEPER) > 0);
      return apply;
    }
    const names = (served: ServedStep) => lastState(served).resources.map((resource) => resource.name);

    it('keeps the finished resources when it is interrupted, and leaves no process', async () => {
      const apply = await startSlowApply();
      apply.signal = 'interrupt';
      expect(await apply.finished).toMatchObject({ outcome: 'canceled', counts: { additions: 1 } });
      expect(names(apply)).toEqual(['quick', 'slow']);
      expect(lastState(apply).resources[1]?.instances[0]?.status).toBe('tainted');
      await until(() => countProcesses(SLEEPER) === 0);
    });

    it('keeps the finished resources when it is killed, and leaves no process', async () => {
      const apply = await startSlowApply();
      apply.signal = 'kill';
      expect(await apply.finished).toMatchObject({ outcome: 'canceled' });
      expect(names(apply)).toEqual(['quick']);
      await until(() => countProcesses(SLEEPER) === 0);
      await until(() => !existsSync(join(harness.workFolder, apply.step.run.id)));
    });

    it('is killed when its lease is lost, and its state is also kept on disk', async () => {
      const apply = await startSlowApply();
      const statesBefore = apply.states.length;
      apply.lease = 'of another runner';
      await until(() =>
        harness.messages.some((message) => message.includes('may not be what the server keeps')),
      );
      await until(() => countProcesses(SLEEPER) === 0);
      expect(apply.finish).toBeUndefined();
      expect(apply.states.length).toBeGreaterThanOrEqual(statesBefore);
      const kept = readdirSync(join(harness.workFolder, 'undelivered')).sort();
      expect(kept.map((name) => name.endsWith('.owner.json')).sort()).toEqual([false, true]);
      expect(readFileSync(join(harness.workFolder, 'undelivered', kept[0] ?? ''), 'utf8')).toContain(
        '"quick"',
      );
    });

    it('reports that terraform was killed, and leaves no process', async () => {
      const apply = await startSlowApply();
      const engines = treeOf(process.pid).filter((pid) => nameOf(pid) === 'terraform');
      expect(engines).toHaveLength(1);
      for (const pid of engines) process.kill(pid, 'SIGKILL');
      expect(await apply.finished).toMatchObject({
        outcome: 'errored',
        message: 'terraform apply was ended by SIGKILL',
      });
      expect(apply.log.toString()).toContain('may have run out of memory');
      expect(names(apply)).toEqual(['quick']);
      await until(() => countProcesses(SLEEPER) === 0);
    });

    it('is interrupted when the runner stops', async () => {
      const apply = await startSlowApply();
      await harness.runner.stop({ graceMs: 30_000 });
      expect(apply.finish?.outcome).toBe('canceled');
      expect(names(apply)).toEqual(['quick', 'slow']);
      // The runner reports its exit only now, since it was at work until then.
      expect(harness.server.exits).toEqual([...harness.server.claims]);
      expect(harness.server.exits).toHaveLength(1);
    });
  });
}

needs('terraform')('a step with limits', () => {
  it('is interrupted when it takes too long, and says so', async () => {
    const planner = await startHarness();
    const plan = await planner.execute({ phase: 'plan', configuration: SLOW });
    await planner.close();
    const wish = { phase: 'apply' as const, configuration: SLOW, plan: plan.artifacts.get('plan-file') };
    // The time to the slow resource depends on the machine, so the limit is doubled until it suffices.
    for (let seconds = 2; ; seconds *= 2) {
      const harness = await startHarness({ limits: { applyMs: seconds * 1_000 } });
      const apply = await harness.execute(wish);
      await harness.close();
      expect(apply.finish).toMatchObject({ outcome: 'errored' });
      expect(apply.finish?.message).toContain(`took longer than ${seconds} seconds`);
      if (!apply.log.includes('started') && seconds < 16) continue;
      expect(lastState(apply).resources.map((resource) => resource.name)).toEqual(['quick', 'slow']);
      break;
    }
  });

  it('has its log cut, but for the end that tells how it failed', async () => {
    const harness = await startHarness({ limits: { logBytes: 2_000 } });
    const configuration = packFiles({
      'main.tf': `resource "terraform_data" "loud" {
  provisioner "local-exec" { command = "seq 3000; echo the cause >&2; exit 7" }
}`,
    });
    const plan = await harness.execute({ phase: 'plan', configuration });
    const file = plan.artifacts.get('plan-file');
    const apply = await harness.execute({ phase: 'apply', configuration, plan: file });
    expect(apply.finish?.outcome).toBe('errored');
    const log = apply.log.toString();
    expect(log.slice(0, 2_200)).toMatch(
      /^The log is longer than 2000 bytes \(RUNWRIGHT_RUN_LOG\): only its end follows\.\n\d+ bytes are left out here\.$/m,
    );
    expect(log.slice(-40_000)).toContain('exit status 7. Output: ');
    expect(log.length).toBeLessThan(2_000 + 128 * 1024 + 200);
    await harness.close();
  });
});

needs('terraform')('an unreliable server', () => {
  const LINES = packFiles({
    'main.tf': `
resource "terraform_data" "talker" {
  provisioner "local-exec" { command = "for i in $(seq 1 40); do echo line-$i-; sleep 0.05; done" }
}
`,
  });
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness({ limits: { deliveryMs: 30_000 } });
  });
  afterEach(() => harness.close());

  async function startTalking(): Promise<ServedStep> {
    const plan = await harness.execute({ phase: 'plan', configuration: LINES });
    const apply = harness.server.enqueue({
      phase: 'apply',
      configuration: LINES,
      plan: plan.artifacts.get('plan-file'),
    });
    await until(() => apply.log.includes('line-2-'));
    return apply;
  }
  function expectEveryLineOnce(apply: ServedStep): void {
    for (let i = 1; i <= 40; i++) expect(apply.log.toString().split(`"output":"line-${i}-"`)).toHaveLength(2);
  }

  it('gets every byte of the log once, although answers are lost', async () => {
    const apply = await startTalking();
    const mend = harness.server.breakWhile(
      (method, path) => method === 'PUT' && path.endsWith('/log'),
      'after',
    );
    setTimeout(mend, 700);
    expect(await apply.finished).toMatchObject({ outcome: 'succeeded' });
    expectEveryLineOnce(apply);
  });

  it('makes a plan errored whose results it does not take, and can then get the next plan', async () => {
    await harness.close();
    harness = await startHarness({ limits: { deliveryMs: 300 } });
    const mend = harness.server.breakWhile(
      (_method, path) => path.endsWith('/artifacts/plan-file'),
      'before',
    );
    const plan = await harness.execute({ phase: 'plan', configuration: LINES });
    expect(plan.finish).toMatchObject({ outcome: 'errored' });
    expect(plan.log.toString()).toContain('The runner could not execute this step');
    mend();
    const next = await harness.execute({ phase: 'plan', configuration: LINES });
    expect(next.finish).toMatchObject({ outcome: 'succeeded' });
  });

  it('is not told that an apply succeeded before it has the state, and gets the state once it takes it', async () => {
    await harness.close();
    harness = await startHarness({ limits: { deliveryMs: 300, leftoversEveryMs: 100 } });
    const mend = harness.server.breakWhile((_method, path) => path.endsWith('/state'), 'before');
    const plan = await harness.execute({ phase: 'plan', configuration: LINES });
    const apply = await harness.execute({
      phase: 'apply',
      configuration: LINES,
      plan: plan.artifacts.get('plan-file'),
    });
    expect(apply.finish).toMatchObject({
      outcome: 'errored',
      message: 'The state of this apply could not be delivered',
      counts: { additions: 1 },
    });
    expect(apply.log.toString()).toContain('Do not plan again before it has arrived');
    expect(apply.states).toEqual([]);
    mend();
    await until(() => apply.states.length > 0);
    expect(lastState(apply).resources).toHaveLength(1);
    await until(() => !readdirSync(harness.workFolder).includes(apply.step.run.id));
  });

  it('can lose its answer to the outcome, which ends the lease and is not treated as a lost lease', async () => {
    const plan = await harness.execute({ phase: 'plan', configuration: LINES });
    const mend = harness.server.breakWhile((_method, path) => path.endsWith('/finish'), 'after');
    const apply = await harness.execute({
      ...{ phase: 'apply' as const, configuration: LINES },
      plan: plan.artifacts.get('plan-file'),
    });
    mend();
    await until(() => harness.messages.filter((message) => message.includes('step finished')).length === 2);
    await until(() => !existsSync(join(harness.workFolder, apply.step.run.id)));
    const heartbeats = apply.heartbeats;
    expect(harness.messages.filter((message) => /^error|lease/.test(message))).toEqual([]);
    expect(existsSync(join(harness.workFolder, 'undelivered'))).toBe(false);
    await harness.execute({ phase: 'plan', configuration: LINES });
    expect(apply.heartbeats).toBe(heartbeats);
  });

  it('gets log bytes again that it has lost', async () => {
    const apply = await startTalking();
    apply.log = apply.log.subarray(0, 20);
    expect(await apply.finished).toMatchObject({ outcome: 'succeeded' });
    expectEveryLineOnce(apply);
  });

  it('gets the result of the apply after a restart', async () => {
    const apply = await startTalking();
    await harness.server.pause();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(apply.finish).toBeUndefined();
    await harness.server.resume();
    expect(await apply.finished).toMatchObject({ outcome: 'succeeded', counts: { additions: 1 } });
    expectEveryLineOnce(apply);
    expect(lastState(apply).resources).toHaveLength(1);
  });
});

it('a runner ends with an error when the server refuses its token', async () => {
  const harness = await startHarness({ token: 'wrong' });
  await expect(harness.runner.done).rejects.toThrow('refuses the agent token');
  await harness.close();
});
