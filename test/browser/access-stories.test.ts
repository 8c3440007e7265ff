import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { OrderResult } from '../../src/protocol/provider-store.ts';
import { callServer } from '../support/call-server.ts';
import { needs } from '../support/programs.ts';
import { addKey, publishModule, publishProvider } from '../support/registry-scene.ts';
import { upload } from '../support/real-run.ts';
import type { CallableServer } from '../support/server.ts';
import { ADMIN_TOKEN } from '../support/server-process.ts';
import { KEPT, reportStore } from '../support/store-scene.ts';
import { uniqueName } from '../support/scenario.ts';
import { faultsAtMostZoom, layoutFaults } from './layout-faults.ts';
import { startStoryWorld, type Place } from './story-world.ts';
import { addVariables } from './variable-scene.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const FIRST = `
  resource "terraform_data" "one" { input = 1 }
  output "one" { value = terraform_data.one.input }`;
/** A configuration whose check fails on line 4. */
const SECOND = `resource "terraform_data" "one" { input = 2 }
check "three" {
  assert {
    condition     = terraform_data.one.input == 3
    error_message = "It has to be three."
  }
}
resource "terraform_data" "two" { input = terraform_data.one.id }
`;
const PASSWORD = 'correct horse battery staple';

needs('terraform', 'chromium')('access to the pages, and their accessibility', () => {
  let world: Awaited<ReturnType<typeof startStoryWorld>>;
  let place: Place;
  let runId: string;
  beforeAll(async () => {
    world = await startStoryWorld();
    place = await world.workspace({ 'main.tf': FIRST });
    await world.apply(await world.settledRun(place, 'The first'));
    await upload(world.client, place.id, { 'main.tf': SECOND });
    runId = await world.settledRun(place, 'The second');
    const { organization } = place;
    await publishModule(api, organization);
    await publishProvider(api, organization, await addKey(api, organization));
    await addVariables(world.client, place);
  });
  afterAll(async () => await world.close());

  /** As the administrator. */
  const api: CallableServer = {
    get url() {
      return world.server.url;
    },
    call: async (method, path, body) => await callServer(world.server.url, method, path, body, ADMIN_TOKEN),
  };
  const admin = async (
    method: string,
    path: string,
    attributes: object,
  ): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${world.server.url}/api/v2/${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify({ data: { attributes } }),
    });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    const { data } = (await answer.json()) as { data: { id: string; attributes: Record<string, unknown> } };
    return { id: data.id, ...data.attributes };
  };

  test('a user who may only read chooses a password, signs in, and sees no button to decide', async () => {
    const { app, client } = world;
    const username = uniqueName('reader');
    const person = await admin('POST', 'admin/users', { username, email: `${username}@example.com` });
    const team = await client.teams.create(place.organization, { name: uniqueName('readers') });
    await client.teamAccess.add(team.id, place.id, { access: 'read' });
    await client.memberships.invite(place.organization, `${username}@example.com`, [team.id]);
    const { address } = await admin('POST', `admin/users/${String(person['id'])}/actions/reset-password`, {});

    await app.raw.goto(String(address));
    await app.see('Choose a password');
    await app.fill('Password', PASSWORD);
    await app.fill('Once more', PASSWORD);
    await app.click('Save');
    await app.see('Sign in');
    await app.click('Password');
    await app.fill('User name', username);
    await app.fill('Password', PASSWORD);
    await app.click('Sign in');
    await app.see('You are invited');
    await app.click('Accept');
    await app.click(place.organization);
    await app.see('Inbox');

    await app.open(`${place.path}/runs/${runId}`);
    await app.see('Plan finished');
    await app.see('terraform_data.one');
    expect(await app.button('Confirm and apply')).toBe('disabled');
    expect(await app.button('Discard')).toBe('disabled');
    await app.see('You may not do this here');
    await app.open(place.path);
    await app.see('The second');
    expect(await app.button('Start a run')).toBe('missing');

    const forged = await app.raw.evaluate<number>(`(async () => {
      const session = await (await fetch('/api/v2/session')).json();
      const answer = await fetch('/api/v2/runs/${runId}/actions/apply', { method: 'POST', headers: {
        'content-type': 'application/vnd.api+json', 'x-runwright-csrf': session.data.attributes['csrf-token'] } });
      return answer.status;
    })()`);
    expect([403, 404]).toContain(forged);
    expect((await client.runs.read(runId)).data.attributes.status).toBe('planned');
    await app.signIn(ADMIN_TOKEN);
  });

  /** As in another tab: the page that is open does not know of it. */
  const IN_ANOTHER_TAB = {
    signOut: `(async () => {
      const session = await (await fetch('/api/v2/session')).json();
      await fetch('/api/v2/session', { method: 'DELETE', headers: {
        'content-type': 'application/vnd.api+json', 'x-runwright-csrf': session.data.attributes['csrf-token'] } });
    })()`,
    signIn: `fetch('/api/v2/session', { method: 'POST', headers: { 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify({ data: { type: 'sessions', attributes: { token: '${ADMIN_TOKEN}' } } }) })`,
  };

  test('a form outlives the end of the session', async () => {
    const { app, client } = world;
    await app.open(`${place.path}/variables`);
    await app.click('Add a variable');
    await app.fill('Name', 'REGION');
    await app.raw.evaluate(IN_ANOTHER_TAB.signOut);
    await app.click('Save');
    await app.see('Sign in in another tab');
    await app.raw.evaluate(IN_ANOTHER_TAB.signIn);
    await app.click('Save');
    await app.until(`document.querySelector('[role=dialog]') === null`);
    await app.see('REGION');
    const variable = (await client.variables.list(place.id)).data.find(
      ({ attributes }) => attributes.key === 'REGION',
    );
    await client.variables.delete(place.id, variable?.id ?? '');
  });

  test('signing in leads to the address that was opened without a session', async () => {
    const { app } = world;
    await app.open('/sign-in');
    await app.raw.evaluate(IN_ANOTHER_TAB.signOut);
    const wanted = `${place.path}/runs/${runId}?tab=log#plan-L2`;
    await app.open(wanted);
    await app.see('Sign in');
    expect(await app.raw.text()).not.toContain('You were signed out');
    await app.fill('Token', ADMIN_TOKEN);
    await app.click('Sign in');
    await app.until(`location.href.endsWith(${JSON.stringify(wanted)})`);
    await app.until(`document.querySelector('[data-line="2"]')?.closest('[data-marked]')`);
  });

  test('signing in again after a session has ended leads back to the same page', async () => {
    const { app } = world;
    await app.open(`${place.path}/variables`);
    await app.see('Of this workspace');
    await app.raw.evaluate(IN_ANOTHER_TAB.signOut);
    await app.click('Overview');
    await app.see('You were signed out');
    await app.fill('Token', 'not a token');
    await app.click('Sign in');
    await app.until(`document.querySelector('[role=alert]')`);
    await app.fill('Token', ADMIN_TOKEN);
    await app.click('Sign in');
    await app.until(`location.pathname.endsWith('${place.path}')`);
    await app.see('The second');
  });

  test('the keyboard alone reaches a run, its tabs and the dialog that confirms', async () => {
    const { app } = world;
    await app.open(`/${place.organization}/runs`);
    await app.see('The second');
    await app.raw.pressCharacter('j');
    await app.raw.press('Enter');
    await app.see('Plan finished');
    await app.raw.pressCharacter('l');
    await app.until(`new URLSearchParams(location.search).get('tab') === 'log'`);
    await app.raw.pressCharacter('e');
    await app.until(`new URLSearchParams(location.search).get('tab') === 'events'`);
    await app.raw.pressCharacter('c');
    await app.see('terraform_data.one');
    await app.raw.pressCharacter('?');
    await app.see('Single-letter keys are on');
    await app.raw.press('Escape');
    await app.seeNoMore('Single-letter keys are on');
    await app.raw.pressCharacter('a');
    await app.see('Apply this plan?');
    const inside = `document.activeElement.closest('[role=dialog]') !== null`;
    for (let presses = 0; presses < 6; presses += 1) {
      await app.raw.press('Tab');
      expect(await app.raw.evaluate(inside)).toBe(true);
    }
    await app.raw.press('Escape');
    await app.seeNoMore('Apply this plan?');
    expect((await world.client.runs.read(runId)).data.attributes.status).toBe('planned');
  });

  test('a resource leads to the run that changed it, and trends are drawn and written', async () => {
    const { app } = world;
    await app.open(place.path);
    await app.click('terraform_data.one');
    await app.see('created');
    await app.click('What changed');
    await app.see('Serial');
    await world.shot('resources');
    await app.fill('Part of an address', 'no such part');
    await app.see('No change of a resource with this');
    await app.fill('Part of an address', '_data.one');
    await app.click('The first');
    await app.see('Applied: 1 added.');
    await app.open(`${place.path}/trends`);
    await app.see('How long runs wait and take');
    await app.until(`document.querySelectorAll('main svg[role=img] rect').length >= 4`);
    const said = await app.raw.evaluate<string>(
      `document.querySelector('main svg[role=img]').getAttribute('aria-label')`,
    );
    expect(said).toMatch(/^How long runs wait and take\. waiting .*; plan: half .* s; apply: half .* s$/);
    await app.raw.evaluate(`document.querySelectorAll('main summary').forEach((each) => each.click())`);
    await app.see('The second');
    await world.shot('trends');
  });

  test('who manages agents pins and prefetches what a runner keeps, and sees what came of it', async () => {
    const { app, client } = world;
    const pool = await client.agentPools.create(place.organization, { name: 'racks' });
    const token = await client.tokens.ofAgentPool.create(pool.id, { description: 'for a runner' });
    let packages = [{ ...KEPT, pinned: false }];
    const report = async (results: OrderResult[] = []) =>
      await reportStore(world.server.url, token.attributes.token ?? '', packages, results);
    /** What the runner does with its one order. */
    const carryOut = async (kind: string, outcome: 'done' | 'failed', message: string): Promise<void> => {
      let orders: Awaited<ReturnType<typeof report>>['orders'] = [];
      // The browser's request may still be on its way.
      const kinds = async () => (orders = (await report()).orders).map((order) => order.kind);
      await expect.poll(kinds, { timeout: 20_000 }).toEqual([kind]);
      if (kind === 'pin') packages = packages.map((kept) => ({ ...kept, pinned: true }));
      await report(orders.map(({ id: order }) => ({ order, outcome, message })));
    };
    await report();
    await app.open(`/${place.organization}/settings/agents`);
    await app.click('Show packages');
    await app.see(KEPT.address);
    await app.click('Pin');
    await app.see('queued');
    await carryOut('pin', 'done', 'It is pinned.');
    await app.see('It is pinned.');
    await app.until(
      `![...document.querySelectorAll('main button')].some((each) => each.innerText === 'Delete' && each.closest('tr')?.innerText.includes('${KEPT.address}'))`,
    );
    expect(await app.button('Unpin')).toBe('enabled');

    await app.click('Prefetch a provider');
    await app.fill('Provider', 'AWS');
    await app.fill('Version', '5.100.0');
    await app.click('Prefetch a provider');
    await app.see('must be HOST/NAMESPACE/TYPE');
    await app.fill('Provider', 'registry.terraform.io/hashicorp/aws');
    await app.click('Prefetch a provider');
    await app.seeNoMore('must be HOST/NAMESPACE/TYPE');
    await carryOut('prefetch', 'failed', 'The registry did not give it.');
    await app.see('The registry did not give it.');
    await client.agentPools.delete(pool.id);
  });

  test('every page is accessible in both colour schemes and fits a phone', async () => {
    const { app } = world;
    const { organization, path } = place;
    const settings = ['general', 'policies', 'teams', 'agents', 'audit', 'health'];
    const pages = [
      ['', 'Organizations'],
      [`/${organization}`, 'Needs you'],
      [`/${organization}/workspaces`, place.name],
      [`/${organization}/runs`, 'The second'],
      [path, 'The second'],
      [`${path}/runs/${runId}`, 'terraform_data.one'],
      [`${path}/runs/${runId}?tab=log`, 'Terraform v'],
      [`${path}/runs/${runId}?tab=events`, 'Plan finished'],
      [`${path}/runs/${runId}?tab=graph&node=terraform_data.two`, 'Show its changes'],
      [`${path}/runs/${runId}?tab=graph&view=list`, 'Depends on'],
      [`${path}/runs/${runId}?tab=configuration`, 'It has to be three.'],
      [`${path}/resources?address=terraform_data.one`, 'The first'],
      [`${path}/resources?view=changes`, 'The first'],
      [`${path}/trends`, 'How long runs wait and take'],
      [`${path}/states`, 'Serial'],
      [`${path}/states?view=outputs&output=one`, 'created'],
      [`${path}/variables`, 'What the next run gets'],
      [`${path}/settings`, 'Delete'],
      [`/${organization}/registry`, 'network'],
      [`/${organization}/registry/modules/network/aws`, 'Its addresses'],
      [`/${organization}/registry/providers/internal`, 'linux_amd64'],
      ['/settings/account', 'Where you are signed in'],
      [`/${organization}/compare?a=${runId}&b=${runId}`, 'Both have the same changes'],
      ...settings.map((section) => [`/${organization}/settings/${section}`, 'Settings'] as const),
      ['/nothing/here/at/all', 'There is no such page'],
    ] as const;
    const wrong: string[] = [];
    for (const [page, text] of pages) {
      await app.look({ width: 1360, height: 900 });
      await app.open(page);
      await app.see(text);
      await app.seeNoMore('Loading…');
      await app.raw.evaluate(
        `document.querySelectorAll('main details').forEach((each) => (each.open = true))`,
      );
      wrong.push(...(await layoutFaults(app.raw)).map((fault) => `${page}: ${fault}`));
      for (const dark of [false, true]) {
        await app.look({ width: 1360, height: 900, dark });
        // The colour schemes differ only in their colours.
        const found = await app.raw.violations(dark ? ['color-contrast'] : undefined);
        const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        wrong.push(
          ...serious.map(
            ({ id, nodes }) => `${page} ${dark ? 'by night' : 'by day'}: ${id} ${nodes[0] ?? ''}`,
          ),
        );
      }
      await app.look({ width: 320, height: 800 });
      const width = await app.raw.evaluate<number>('document.documentElement.scrollWidth');
      if (width > 320) wrong.push(`${page} is ${width} wide on a phone`);
      wrong.push(...(await layoutFaults(app.raw)).map((fault) => `${page} on a phone: ${fault}`));
      wrong.push(...(await faultsAtMostZoom(app.raw)).map((fault) => `${page} at 400 %: ${fault}`));
    }
    expect(wrong).toEqual([]);
    await app.look({ width: 320, height: 800 });
    await app.open(`${path}/runs/${runId}`);
    await app.see('terraform_data.one');
    await world.shot('run-on-a-phone');
    await app.look({ width: 1360, height: 900, dark: true });
    await world.shot('run-by-night');
    await app.look({ width: 1360, height: 900 });
  }, 240_000);

  test('approvals and times for changes are asked for in the settings of a workspace', async () => {
    const { app, client } = world;
    await app.open(`${place.path}/settings`);
    await app.see('whoever may apply a run confirms it alone');
    await app.click('Engine');
    await app.click('OpenTofu');
    await app.click('Save');
    await app.see('Saved');
    expect((await client.workspaces.read(place.id)).attributes.engine).toBe('opentofu');
    await app.click('Add a rule');
    await app.click('Save approvals');
    await app.see('Approvals are saved');
    await app.click('Add a window');
    await app.fill('What for', 'office hours');
    await app.fill('Time zone', 'Nowhere');
    await app.click('Save windows');
    await app.see('must be a time zone by its IANA name');
    await app.fill('Time zone', 'Europe/Berlin');
    await app.click('Save windows');
    await app.see('Windows are saved');
    expect((await client.workspaces.read(place.id)).attributes).toMatchObject({
      'approval-rules': [{ 'team-id': null, approvals: 1 }],
      'change-windows': [
        {
          kind: 'window',
          name: 'office hours',
          'time-zone': 'Europe/Berlin',
          days: ['mon', 'tue', 'wed', 'thu', 'fri'],
          from: '09:00',
          to: '17:00',
        },
      ],
    });
    await app.click('Add a freeze');
    await world.shot('approvals-and-windows');
    const found = await app.raw.violations();
    expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await app.click('Remove Window 1');
    const freeze = {
      name: 'the end of the year',
      'starts-at': '2020-12-20T00:00',
      'ends-at': '2090-01-03T08:30',
    };
    await app.fill('What for', freeze.name);
    await app.fill('Time zone', 'Europe/Berlin');
    await app.fill('Begins', freeze['starts-at']);
    await app.fill('Ends', freeze['ends-at']);
    await app.click('Save windows');
    // The page may still say that the windows before these are saved.
    await expect
      .poll(async () => (await client.workspaces.read(place.id)).attributes['change-windows'], {
        timeout: 20_000,
      })
      .toEqual([{ kind: 'freeze', 'time-zone': 'Europe/Berlin', ...freeze }]);
    await app.open(`${place.path}/runs/${runId}`);
    await app.see('the end of the year');
  });
});
