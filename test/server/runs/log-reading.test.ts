import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endLostSteps, expireSpeculativePlans } from '../../../src/server/runs/recover.ts';
import { createRun, readyWorkspace } from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

/** Longer than reads of other clients wait. */
const QUIET_MS = 1_500;

test('terraform gets no empty read during a plan, which it would take for the end of the log', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  await step.log('first\n');
  const plan = await server.call('GET', `/api/v2/runs/${runId}/plan`);
  const url = `${String(plan.body.data.attributes['log-read-url'])}?limit=65536&offset=`;
  const offset = '\u0002first\n'.length;

  const other = await fetch(`${url}${offset}`);
  expect(await other.text()).toBe('');
  const reading = fetch(`${url}${offset}`, { headers: { 'terraform-version': '1.11.4' } });
  await sleep(QUIET_MS);
  await step.log('last\n', 'first\n'.length);
  expect(await (await reading).text()).toBe('last\n');

  const ending = fetch(`${url}${offset + 'last\n'.length}`, { headers: { 'terraform-version': '1.11.4' } });
  await step.finishPlan();
  expect(await (await ending).text()).toBe('\u0003');
});

describe('the server adds to the end of a log what no runner can report:', () => {
  const readWhole = async (url: string, limit: number): Promise<string> => {
    let text = '';
    for (let isOver = false; !isOver;) {
      const part = await (await fetch(`${url}?limit=${limit}&offset=${text.length}`)).text();
      text += part;
      isOver = part === '' || part.endsWith('\u0003');
    }
    return text;
  };
  const logUrl = async (runId: string, kind: 'plan' | 'apply'): Promise<string> => {
    const { body } = await server.call('GET', `/api/v2/runs/${runId}/${kind}`);
    return String(body.data.attributes['log-read-url']);
  };

  test.each([
    ['a cut line', true, 'header\nsecond\nthird\n{"@level":"in'],
    ['whole lines', true, 'header\nsecond\nthird\n'],
    ['nothing', true, ''],
    ['a cut line of text', false, 'Terraform v1.11.4\nand so o'],
  ])('a lost runner that left %s', async (_what, structured, written) => {
    const { workspaceId } = await readyWorkspace(server, { 'structured-run-output-enabled': structured });
    const runId = await createRun(server, workspaceId);
    const step = await mustClaim(server);
    if (written !== '') await step.log(written);
    const reading = fetch(`${await logUrl(runId, 'plan')}?limit=65536&offset=${written.length + 1}`, {
      headers: { 'terraform-version': '1.11.4' },
    });
    await server.platform.db
      .updateTable('run_phase')
      .set({ heartbeat_at: new Date(0) })
      .where('id', '=', step.id)
      .execute();
    expect(await endLostSteps(server.platform)).toBe(1);
    expect(await (await reading).text()).toContain('stopped answering');

    const whole = await readWhole(await logUrl(runId, 'plan'), 65_536);
    expect(whole.startsWith(`\u0002${written}`)).toBe(true);
    const added = whole.slice(1 + written.length, -1);
    const lines = added.trim().split('\n');
    // The terraform CLI skips the first three lines of an apply's log.
    if (written === '') expect(lines.splice(0, 3)[2]).toBe('Initializing plugins and modules...');
    else expect(added.startsWith('\n')).toBe(!written.endsWith('\n'));
    if (structured) {
      expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
        { type: 'diagnostic', diagnostic: { severity: 'error', summary: 'The runner was lost' } },
      ]);
    } else expect(lines[0]).toBe('Error: The runner was lost');
    for (const limit of [1, 7, written.length + 1, written.length + 2]) {
      expect(await readWhole(await logUrl(runId, 'plan'), limit)).toBe(whole);
    }
  });

  test('a plan that no runner claimed in time, and an apply whose state has changed', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const late = await createRun(server, workspaceId, { 'plan-only': true });
    await server.platform.db
      .updateTable('run')
      .set({ created_at: new Date(0) })
      .where('id', '=', late)
      .execute();
    expect(await expireSpeculativePlans(server.platform)).toBe(1);
    expect(await readWhole(await logUrl(late, 'plan'), 65_536)).toContain(
      'No runner was free for it in time',
    );

    await createRun(server, workspaceId, { 'auto-apply': true });
    await (await mustClaim(server)).finishPlan();
    const apply = await mustClaim(server);
    await apply.sendState(1);
    await apply.finish({ outcome: 'succeeded' });
    const stale = await createRun(server, workspaceId, { 'auto-apply': true });
    const nextPlan = await mustClaim(server);
    await nextPlan.finishPlan();
    // The plan now looks as if it had been made without a state.
    await server.platform.db
      .updateTable('run_phase')
      .set({ input_state_version_id: null })
      .where('id', '=', nextPlan.id)
      .execute();
    expect(await claim(server)).toBeUndefined();
    expect(await readWhole(await logUrl(stale, 'apply'), 65_536)).toContain(
      'The state has changed since the plan was made',
    );
  });
});
