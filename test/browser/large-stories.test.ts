import { createClient } from '@runwright/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { needs } from '../support/programs.ts';
import { until } from '../support/real-run.ts';
import { uniqueName } from '../support/scenario.ts';
import { claimStepOf, type HeldStep } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { layoutFaults } from './layout-faults.ts';
import { enterWorld, type Place, type StoryWorld } from './story-world.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const LINES = 60_000;
const CHANGES = 5_000;

const planOf = (count: number): object => ({
  plan_format_version: '1.2',
  resource_changes: Array.from({ length: count }, (_, index) => ({
    address: `module.network[${String(index % 20)}].terraform_data.subnet["${String(index)}"]`,
    module_address: `module.network[${String(index % 20)}]`,
    mode: 'managed',
    type: 'terraform_data',
    name: 'subnet',
    change: {
      actions: index % 500 === 0 ? ['delete', 'create'] : ['update'],
      before: { input: `10.0.0.${String(index)}` },
      after: { input: `10.1.0.${String(index)}` },
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
  })),
});

needs('chromium')('people with much to look at', () => {
  let server: TestServer;
  let world: StoryWorld;
  let place: Place;
  let runPath: string;
  beforeAll(async () => {
    server = await startTestServer();
    const client = createClient({ address: server.url, token: ADMIN_TOKEN });
    const organization = uniqueName('org');
    world = await enterWorld({ url: server.url, client }, await startBrowser(), {
      token: ADMIN_TOKEN,
      organization,
    });
    place = await world.workspace({ 'main.tf': '' });
    const step = await planningOf(place, 'Much of everything');
    const text = (from: number): string =>
      Array.from(
        { length: LINES / 3 },
        (_, index) => `line ${String(from + index)} of a log of some length, as logs are\n`,
      ).join('');
    let offset = 0;
    for (const from of [1, LINES / 3 + 1, (2 * LINES) / 3 + 1]) {
      await step.log(text(from), offset);
      offset += text(from).length;
    }
    await step.finishPlan({}, planOf(CHANGES));
    await until(client, step.run.id, 'settled');
    runPath = `${place.path}/runs/${step.run.id}`;
  });
  afterAll(async () => {
    await world.close();
    await server.close();
  });

  /** The plan of a new run, held by this test. */
  async function planningOf({ id }: Place, message: string): Promise<HeldStep> {
    const run = await world.client.runs.create({ workspace_id: id, params: { message } });
    const step = await claimStepOf(server, run.id);
    if (step === undefined) throw new Error('there is no step to claim');
    return step;
  }
  const countOf = async (selector: string): Promise<number> =>
    await world.app.raw.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
  const inLog = (text: string): string =>
    `document.querySelector('[role=log]')?.innerText.includes('${text}')`;

  test('a long log is followed to its end, searched, and opened at a line, with few lines in the page', async () => {
    const { app } = world;
    await app.open(`${runPath}?tab=log`);
    await app.until(inLog(`line ${String(LINES)} of a log`));
    expect(await countOf('[role=log] [data-line]')).toBeLessThan(150);
    await app.fill('Search the log', 'line 31415 of');
    await app.until(inLog('line 31415 of a log'));
    // An address that differs behind the # only would load nothing.
    await app.raw.goto('about:blank');
    await app.open(`${runPath}?tab=log#plan-L40000`);
    await app.until(inLog('line 40000 of a log'));
    await app.until(`document.querySelector('[data-line="40000"]').closest('[data-marked]')`);
    expect(await countOf('[role=log] [data-line]')).toBeLessThan(150);
  });

  test('a plan of 5,000 changes has few rows in the page, what destroys first, and is found by a part of an address', async () => {
    const { app } = world;
    await app.open(runPath);
    await app.see('5000 changes');
    expect(await countOf('main [data-row]')).toBeLessThan(100);
    expect(await app.raw.evaluate(`document.querySelector('main [data-row]').dataset.action`)).toBe(
      'replace',
    );
    await app.fill('Search address, type or attribute', '"4321"');
    await app.see('1 of 5000 changes');
    await app.see('module.network[1].terraform_data.subnet["4321"]');
    await app.click('Open all');
    await app.see('10.1.0.4321');
    await app.raw.evaluate(`document.querySelector('main [aria-pressed]').click()`);
    await app.see('No change matches');
    // What one sees has an address: it is there again after a reload.
    await app.raw.evaluate('location.reload()');
    await app.see('No change matches');
  });

  test('nothing on the page of a run moves away while it loads', async () => {
    const { app } = world;
    await app.raw.prelude(`
      window.shifted = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    for (const tab of ['changes', 'log', 'events']) {
      await app.open(`${runPath}?tab=${tab}`);
      await app.see('Much of everything');
      await app.seeNoMore('Loading…');
      expect([tab, (await app.raw.evaluate<number>('window.shifted')) < 0.05]).toEqual([tab, true]);
    }
  });

  test('a run on paper has all its changes, dark on white, and no buttons', async () => {
    const { app } = world;
    await app.look({ width: 1360, height: 900, dark: true });
    await app.open(`${runPath}?q=${encodeURIComponent('"43')}`);
    await app.see('111 of 5000 changes');
    expect(await countOf('main [data-row]')).toBeLessThan(100);
    await app.raw.evaluate(`addEventListener('beforeprint', () => {
      window.onPaper = document.querySelectorAll('main [data-row]').length;
    })`);
    await app.raw.print();
    expect(await app.raw.evaluate('window.onPaper')).toBe(111);
    expect(await countOf('main [data-row]')).toBeLessThan(100);
    await app.raw.look({ width: 800, height: 1_000, dark: true, onPaper: true });
    await app.until(`getComputedStyle(document.body).color === 'rgb(27, 33, 48)'`);
    expect(await app.button('Confirm and apply')).toBe('missing');
    expect(await app.button('Search or go to…')).toBe('missing');
    await world.shot('run-on-paper');
    await app.look({ width: 1360, height: 900 });
  });

  test('200 runs are canceled at once: those that one may cancel, and no others', async () => {
    const { app, client } = world;
    const { organization } = place;
    const [own, others] = await Promise.all([
      world.workspace({ 'main.tf': '' }),
      world.workspace({ 'main.tf': '' }),
    ]);
    const fill = async ({ id }: Place, count: number): Promise<void> => {
      for (let number = 1; number <= count; number += 1) {
        await client.runs.create({ workspace_id: id, params: { message: `Number ${String(number)}` } });
      }
    };
    await Promise.all([fill(own, 120), fill(others, 80)]);
    const username = uniqueName('operator');
    const token = await server.addUser(username, [organization], { as: 'member' });
    const team = await client.teams.create(organization, { name: uniqueName('operators') });
    await client.teams.addUsers(team.id, [username]);
    await client.teamAccess.add(team.id, own.id, { access: 'write' });
    await client.teamAccess.add(team.id, others.id, { access: 'read' });
    await app.signIn(token);
    await app.open(`/${organization}/runs?search=Number`);
    await app.click('Select all of this page');
    await app.see('30 runs selected');
    await app.click('Older');
    await app.until(`location.search.includes('page=')`);
    await app.see('30 runs selected');
    await app.click('Select all that match');
    await app.see('200 runs selected');
    await app.click('Cancel 120');
    const statusesOf = async ({ id }: Place): Promise<string[]> =>
      (
        await Promise.all(
          [1, 2].map((pageNumber) => client.runs.listInWorkspace(id, { pageNumber, pageSize: 100 })),
        )
      ).flatMap(({ data }) => data.map(({ attributes }) => attributes.status));
    await vi.waitFor(async () => expect(new Set(await statusesOf(own))).toEqual(new Set(['canceled'])), {
      timeout: 90_000,
      interval: 500,
    });
    await app.see('80 runs selected · 120 done');
    expect(await app.button('Cancel 0')).toBe('disabled');
    const [canceled, kept] = [await statusesOf(own), await statusesOf(others)];
    expect([canceled.length, ...new Set(canceled)]).toEqual([120, 'canceled']);
    expect(kept).toHaveLength(80);
    expect(kept).not.toContain('canceled');
    // What no longer matches must not stay chosen out of sight.
    await app.fill('Message, id, commit or user', 'Much');
    await app.see('No run matches');
    await app.seeNoMore('80 runs selected');
    await app.signIn(ADMIN_TOKEN);
  }, 180_000);

  test('back, forward and a reload keep filters and tabs, and times are those of the viewer', async () => {
    const { app } = world;
    await app.open(`/${place.organization}/runs`);
    await app.see('Number 120');
    await app.fill('Message, id, commit or user', 'Much');
    await app.seeNoMore('Number 120');
    await app.click('Much of everything');
    await app.see('5000 changes');
    await app.click('Events');
    await app.until(`location.search.includes('tab=events')`);
    await app.raw.evaluate('history.go(-2)');
    await app.see('Select all of this page');
    await app.seeNoMore('Number 120');
    expect(await app.raw.evaluate(`document.querySelector('main input').value`)).toBe('Much');
    await app.raw.evaluate('history.go(2)');
    await app.until(`location.search.includes('tab=events')`);
    const hourIn = async (timeZone: string): Promise<string> => {
      await app.look({ width: 1360, height: 900, timeZone });
      await app.raw.goto(await app.raw.evaluate('location.href'));
      await app.until(`document.querySelector('main ol time[datetime]')`);
      return await app.raw.evaluate(`document.querySelector('main ol time[datetime]').innerText`);
    };
    const [here, there] = [await hourIn('UTC'), await hourIn('Asia/Kolkata')];
    expect(here).not.toBe(there);
    await app.look({ width: 1360, height: 900, timeZone: '' });
  });

  test('an answer that the server could not give is said, and asked for again', async () => {
    const { app } = world;
    await app.open(`/${place.organization}/workspaces`);
    await app.see(place.name);
    await app.raw.evaluate(`(() => {
      const send = window.fetch;
      window.restore = () => { window.fetch = send; };
      window.fetch = async (address, options) => String(address).includes('/runs')
        ? new Response('<h1>Bad gateway</h1>', { status: 500 }) : await send(address, options);
    })()`);
    await app.click('Runs');
    await app.see('This could not be loaded');
    expect(await app.raw.evaluate(`document.querySelectorAll('main h1').length`)).toBe(1);
    await app.raw.evaluate('window.restore()');
    await app.click('Try again');
    await app.see('Number 120');
  });

  test('long, right-to-left and invisible names stay in their places', async () => {
    const { app } = world;
    const long = 'a-very-long-name-that-a-team-chose-long-ago-'.repeat(3).slice(0, 90);
    const named = await world.workspace(
      { 'main.tf': '' },
      { name: long, description: '\u202Ereversed '.repeat(20) },
    );
    const step = await planningOf(named, `مرحبا بالعالم \u{1F680} ${'word'.repeat(100)}`);
    const planned = planOf(2) as { resource_changes: { address: string }[] };
    planned.resource_changes.forEach((change, index) => {
      change.address = `module.${'deep.'.repeat(30)}terraform_data.العالم["${String(index)}\u200B"]`;
    });
    await step.finishPlan({}, planned);
    for (const [path, text] of [
      [`/${place.organization}`, 'Needs you'],
      [`/${place.organization}/workspaces`, long],
      [`/${place.organization}/runs`, long],
      [named.path, 'Current run'],
      [`${named.path}/runs/${step.run.id}`, '2 changes'],
    ] as const) {
      await app.open(path);
      await app.see(text);
      await app.seeNoMore('Loading…');
      for (const width of [320, 1360]) {
        await app.look({ width, height: 900 });
        // A list learns the heights of its rows once they are there.
        await vi.waitFor(async () => {
          expect([path, width, await layoutFaults(app.raw)]).toEqual([path, width, []]);
        }, 5_000);
        expect(await app.raw.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
          width,
        );
      }
    }
    await app.see('‹U+200B›');
  });

  test('the pages are used with blocked storage, a wrong clock, and addresses that lead nowhere', async () => {
    const { app, browser } = world;
    await app.raw.prelude(`
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
      const RealDate = Date;
      const ahead = (${String(-3 * 86_400_000)});
      window.Date = class extends RealDate {
        constructor(...given) { if (given.length === 0) super(RealDate.now() + ahead); else super(...given); }
        static now() { return RealDate.now() + ahead; }
      };
    `);
    browser.complaints.length = 0;
    await app.open(runPath);
    await app.see('5000 changes');
    await app.see('just now');
    expect(await app.raw.text()).not.toMatch(/-\\d+ (s|min|h|d)\\b/);
    await app.raw.pressCharacter('?');
    await app.see('Single-letter keys are on');
    await app.click('Single-letter keys are on');
    await app.raw.press('Escape');
    await app.open(`/${place.organization}/runs?search=Much`);
    await app.see('Much of everything');
    await app.open(`/${place.organization}`);
    await app.see('Needs you');
    expect(browser.complaints.filter((line) => !line.includes('/api/v2/session'))).toEqual([]);
    for (const path of [
      `${place.path}/runs/run-0000000000000000`,
      `/${place.organization}/workspaces/nowhere`,
      `/nobody/workspaces`,
      `/${place.organization}/settings/nothing`,
      `${place.path}/resources?address=%00&q=%F0%9F%9A%80`,
      `${place.path}/states?version=nothing`,
      `/${place.organization}/compare?a=x&b=y`,
    ]) {
      await app.open(path);
      await app.until(`document.querySelector('h1, [role=alert]')`);
      await app.seeNoMore('Something broke');
      await app.until(
        `/not there|no such page|Nothing is managed|No state yet|Compare|No resource/.test(document.body.innerText)`,
      );
    }
  });
});
