/** A day's work on the pages, over an organization with a past that needs no terraform. */
import { createClient } from '@runwright/client';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packFiles } from '../runner/configuration-archive.ts';
import { startBrowser } from '../support/browser.ts';
import { needs } from '../support/programs.ts';
import { createRun, createWorkspace, uniqueName, uploadConfiguration } from '../support/scenario.ts';
import { mustClaim } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { buildWorld, ORGANIZATION, planOf, type StoryWorld as Past } from '../support/story-world.ts';
import { layoutFaults } from './layout-faults.ts';
import { enterWorld, type StoryWorld } from './story-world.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const README = `# Payments <img src=x onerror=alert(1)>

Takes **money** and keeps [books](https://example.com/books). Not [this](javascript:alert(2)).

- one queue
- one \`database\`

\`\`\`
terraform apply
\`\`\`
`;

needs('chromium')('work on the pages', () => {
  let server: TestServer;
  let world: StoryWorld;
  let past: Past;
  let drifting: string;
  beforeAll(async () => {
    server = await startTestServer();
    past = await buildWorld(server);
    const browser = await startBrowser();
    const client = createClient({ address: server.url, token: ADMIN_TOKEN });
    world = await enterWorld({ url: server.url, client }, browser, {
      token: ADMIN_TOKEN,
      organization: uniqueName('org'),
    });
    drifting = await createRun(server, past.workspaces.shop, { 'plan-only': true, message: 'Nightly look' });
    await (await mustClaim(server)).finishPlan({ drifted: 3, risks: [] });
    await client.runTriggers.create(past.workspaces.payments, past.workspaces.shop);
    await client.workspaces.addRemoteStateConsumers(past.workspaces.shop, [past.workspaces.broken]);
  });
  afterAll(async () => {
    await world.close();
    await server.close();
  });

  /** Judges a page as it is, on a screen and on a phone, in both schemes. */
  async function judge(name: string, path: string, text: string): Promise<void> {
    const { app } = world;
    for (const [width, dark] of [
      [1360, false],
      [1360, true],
      [320, false],
      [320, true],
    ] as const) {
      await app.look({ width, height: 900, dark });
      await app.open(path);
      await app.see(text);
      await app.seeNoMore('Loading…');
      await world.shot(`${name}-${String(width)}${dark ? '-dark' : ''}`);
      const at = `${name} at ${String(width)}${dark ? ', dark' : ''}`;
      expect([at, await layoutFaults(app.raw)]).toEqual([at, []]);
      const serious = (await app.raw.violations()).filter(({ impact }) =>
        ['serious', 'critical'].includes(impact ?? ''),
      );
      expect([at, serious]).toEqual([at, []]);
    }
    await app.look({ width: 1360, height: 900 });
  }

  test('the inbox says what waits, what has drifted and how the queue is, and an item leaves it when another acts', async () => {
    const { app } = world;
    const waiting = await createRun(server, past.workspaces.shop, { message: 'Waits for a runner' });
    await app.open(`/${ORGANIZATION}`);
    await app.see('The newest plan of each');
    await app.see('3 drifted');
    await app.see('Longest wait');
    await judge('inbox', `/${ORGANIZATION}`, 'The newest plan of each');
    await app.see('IGNORE ALL RULES');
    await server.call('POST', `/api/v2/runs/${past.plannedRun}/actions/discard`);
    await app.seeNoMore('IGNORE ALL RULES');
    await app.click(drifting);
    await app.see('Nightly look');
    await server.call('POST', `/api/v2/runs/${waiting}/actions/cancel`);
  });

  test('the overview shows the readme as harmless text, what is before and after it, and its health', async () => {
    const { app } = world;
    await uploadConfiguration(
      server,
      past.workspaces.shop,
      packFiles({ 'README.md': README, 'main.tf': '' }),
    );
    const path = `/${ORGANIZATION}/workspaces/shop`;
    await app.open(path);
    await app.see('Payments <img src=x onerror=alert(1)>');
    await app.see('Gets runs from here');
    await app.see('Last applied');
    expect(
      await app.raw.evaluate(
        `[...document.querySelectorAll('main a[target=_blank]')].map(({ href }) => href)`,
      ),
    ).toEqual(['https://example.com/books']);
    await judge('overview', path, 'Payments <img');
  });

  test('chosen workspaces are locked, given a version and started together, and each refusal is told', async () => {
    const { app, client } = world;
    await createWorkspace(server, ORGANIZATION, { name: 'bulk-000' });
    // Copies, since 300 requests would take most of the time of this story.
    await sql`insert into workspace select copy.* from workspace, generate_series(1, 299) as n,
      jsonb_populate_record(workspace, jsonb_build_object('id', 'ws-Copy' || lpad(n::text, 12, '0'),
        'name', case when n < 130 then 'bulk-' else 'more-' end || lpad(n::text, 3, '0'))) as copy
      where workspace.name = 'bulk-000'`.execute(server.platform.db);
    await client.workspaces.lock((await client.workspaces.readByName(ORGANIZATION, 'bulk-007')).id, {
      reason: 'being moved',
    });
    await app.open(`/${ORGANIZATION}/workspaces?search=bulk`);
    await app.see('130 workspaces');
    await app.raw.pressCharacter('j');
    await app.until(`document.activeElement?.textContent === 'bulk-000'`);
    await app.raw.pressCharacter('x');
    await app.see('1 workspace selected');
    await app.raw.pressCharacter('x');
    await app.click('Select all 130');
    await app.see('130 workspaces selected');
    await app.see('Lock 129');
    await app.see('Unlock 1');
    await app.click('Lock 129');
    await app.see('1 workspace left out: locked already, or you may not lock.');
    await app.fill('Why?', 'a freeze');
    await world.shot('bulk-lock');
    await app.raw.evaluate(`[...document.querySelectorAll('[role=dialog] button')].at(-1).click()`);
    await app.see('129 done');
    const { data } = await client.workspaces.list(ORGANIZATION, { search: 'bulk', pageSize: 100 });
    expect(
      new Set(
        data.map(({ attributes: { locked, 'locked-reason': why } }) => `${String(locked)} ${why ?? ''}`),
      ),
    ).toEqual(new Set(['true a freeze', 'true being moved']));

    // Nothing was uploaded to these two, so no run can start there: each says so.
    await app.open(`/${ORGANIZATION}/workspaces?search=bulk-00`);
    await app.see('10 workspaces');
    for (const name of ['bulk-003', 'bulk-004'])
      await app.raw.evaluate(`document.querySelector('input[aria-label="Select ${name}"]').click()`);
    await app.see('2 workspaces selected');
    await app.click('Start 2 runs');
    await app.see('A run is started in each of 2 workspaces.');
    await app.raw.evaluate(`[...document.querySelectorAll('[role=dialog] button')].at(-1).click()`);
    await app.see('0 done, 2 refused');
    expect(
      await app.raw.evaluate<string[]>(
        `[...document.querySelectorAll('[role=region] li b')].map((b) => b.innerText)`,
      ),
    ).toEqual(expect.arrayContaining(['bulk-003', 'bulk-004']));
    await app.click('Set the version of 2');
    await app.fill('Version of the engine', '1.11.4');
    await app.raw.evaluate(`[...document.querySelectorAll('[role=dialog] button')].at(-1).click()`);
    await app.see('2 done');
    expect(
      (await client.workspaces.readByName(ORGANIZATION, 'bulk-003')).attributes['terraform-version'],
    ).toBe('1.11.4');
    await app.click('Drifted');
    await app.see('No workspace matches');
    await judge('workspaces', `/${ORGANIZATION}/workspaces?drifted=true`, '3 drifted');
    await judge('workspaces-all', `/${ORGANIZATION}/workspaces`, 'bulk-000');
  });

  test('300 workspaces are sorted by any column, and a phone has its filters behind one button', async () => {
    const { app } = world;
    const first = async (name: string): Promise<void> =>
      await app.until(`document.querySelector('[role=rowheader] a')?.innerText === '${name}'`);
    await app.open(`/${ORGANIZATION}/workspaces`);
    await first('app-00-payments');
    await app.raw.evaluate(`document.querySelector('[role=columnheader] button').focus()`);
    await app.raw.press('Enter');
    await app.until(`location.search === '?sort=-name'`);
    await app.until(`document.querySelector('[aria-sort=descending]')?.innerText.startsWith('Workspace')`);
    await first('shop');
    await app.click('Version');
    await app.until(`location.search === '?sort=terraform-version'`);
    await app.until(`[...document.querySelectorAll('[role=row]')].at(-1).ariaRowIndex !== null`);
    expect(await app.raw.evaluate(`document.querySelectorAll('main [role=row]').length`)).toBeLessThan(60);
    await app.look({ width: 320, height: 800 });
    await app.open(`/${ORGANIZATION}/workspaces?sort=-name&drifted=true`);
    await app.see('Filters (1)');
    expect(await app.button('Drifted')).toBe('missing');
    await app.click('Filters (1)');
    expect(await app.button('Drifted')).toBe('enabled');
    await world.shot('filters-on-a-phone');
    expect(await layoutFaults(app.raw)).toEqual([]);
    await app.look({ width: 1360, height: 900 });
  });

  test('an agent is drained, and resumed, where the organization has its agents', async () => {
    const { app, client } = world;
    const pool = await client.agentPools.create(ORGANIZATION, { name: 'racks' });
    const { attributes } = await client.tokens.ofAgentPool.create(pool.id, { description: 'for a runner' });
    const body = { protocol: 1, name: 'rack-1', waitMs: 0 };
    await server.call('POST', '/api/agent/v1/claim', body, attributes.token ?? '');
    await app.open(`/${ORGANIZATION}/settings/agents`);
    await app.click('Drain: rack-1');
    await app.see('drained, ');
    await app.click('Resume: rack-1');
    await app.seeNoMore('drained, ');
  });

  test('runs are found by who started them and by what they wait for', async () => {
    const { app } = world;
    const path = `/${ORGANIZATION}/workspaces/payments/runs`;
    await createRun(server, past.workspaces.payments, { message: 'Once more' });
    await (await mustClaim(server)).finishPlan();
    await app.open(path);
    await app.see('Reviewed by bob');
    await app.click('Needs confirmation');
    await app.seeNoMore('Reviewed by bob');
    await app.see('Once more');
    await app.until(`location.search.includes('needs_confirmation=true')`);
    await app.open(`${path}?user=nobody`);
    await app.see('No run matches');
    await app.open(`${path}?mine=true`);
    await app.see('Reviewed by bob');
    await judge('runs', path, 'Reviewed by bob');
    await judge('runs-all', `/${ORGANIZATION}/runs`, 'Reviewed by bob');
  });

  test('comments lead to rows and lines, events can be replayed, and runs to their neighbours', async () => {
    const { app, client } = world;
    const runId = await createRun(server, past.workspaces.shop, { message: 'Without the old bucket' });
    await (await mustClaim(server)).finishPlan({}, { plan_format_version: '1.2', ...planOf('small') });
    const path = `/${ORGANIZATION}/workspaces/shop/runs/${runId}`;
    await app.open(`${path}?at=aws_s3_bucket.old`);
    await app.see('Add comment');
    await app.click('Comment');
    await app.until(`document.activeElement?.id === 'new-comment'`);
    await app.until(`document.activeElement.value.includes('at=aws_s3_bucket.old')`);
    await app.click('Add comment');
    await app.until(
      `[...document.querySelectorAll('aside a')].some(({ innerText }) => innerText.trim() === 'aws_s3_bucket.old')`,
    );
    const hostile = `<img src=x onerror=alert(1)> https://evil.example.com/app/x`;
    await client.runs.comment(runId, hostile);
    await app.open(path);
    await app.see(hostile);
    await app.click('aws_s3_bucket.old');
    await app.until(`location.search.includes('aws_s3_bucket.old')`);

    await app.open(`${path}?tab=log#plan-L1`);
    await app.see('Add comment');
    await app.click('Comment · plan-L1');
    await app.until(
      `document.activeElement?.id === 'new-comment' && document.activeElement.value.includes('#plan-L1')`,
    );

    await app.open(`${path}?tab=events&event=1`);
    await app.see('event 1 of');
    await app.until(`document.querySelector('main li[aria-current=step][data-later]') === null`);
    await app.raw.evaluate(`document.querySelector('input[type=range]').focus()`);
    await app.raw.press('ArrowRight');
    await app.see('event 2 of');
    await app.until(`location.search.includes('event=2')`);
    await judge('run-events', `${path}?tab=events&event=2`, 'event 2 of');
    await judge('run-changes', path, 'aws_s3_bucket.old');

    await app.open(path);
    await app.click('Previous run');
    await app.seeNoMore('Without the old bucket');
    await app.click('Next run');
    await app.see('Without the old bucket');
    await app.click('Compare with the previous one');
    await app.see('Different');
    // Two starts were refused, and the first page asked whether somebody is signed in.
    const complaints = world.browser.complaints.filter((text) => !text.includes('Failed to load resource'));
    expect(complaints).toEqual([]);
  });
});
