import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { applyLog, until, upload } from '../support/real-run.ts';
import { startStoryWorld, type Place } from './story-world.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const BEFORE = `
  resource "terraform_data" "subnet" {
    count = 2
    input = "10.0.\${count.index}.0/24"
  }
  output "subnets" { value = terraform_data.subnet[*].input }
  resource "terraform_data" "zone" { triggers_replace = ["a"] }
  variable "password" {
    default   = "planted-\${1}-secret"
    sensitive = true
  }`.replace('planted-${1}-secret', 'planted-in-the-configuration');
const AFTER = BEFORE.replace('count = 2', 'count = 1').replace('["a"]', '["b"]');
const PASSWORD = `
  resource "terraform_data" "secret" { input = var.password }
  output "password" {
    value     = var.password
    sensitive = true
  }`;

needs('terraform', 'chromium')('runs on the pages', () => {
  let world: Awaited<ReturnType<typeof startStoryWorld>>;
  let network: Place;
  beforeAll(async () => {
    world = await startStoryWorld();
    network = await world.workspace({ 'main.tf': BEFORE + PASSWORD });
  });
  afterAll(async () => await world.close());

  const runPath = (place: Place, runId: string): string => `${place.path}/runs/${runId}`;

  test('a run is started, looked at, commented and applied', async () => {
    const { app, client } = world;
    await app.open(network.path);
    await app.see('No runs yet');
    await app.click('Start a run');
    await app.fill('Message', 'Two subnets and a zone');
    await app.click('Start');
    await app.see('Needs confirmation');
    const runId = await app.raw.evaluate<string>(`location.pathname.split('/').at(-1)`);
    expect(await app.raw.evaluate('document.title')).toBe(`✋ Needs confirmation · ${network.name}`);
    await app.see('terraform_data.subnet[0]');
    expect(
      await app.raw.evaluate(`document.querySelector('link[rel=icon]').href.startsWith('data:image')`),
    ).toBe(true);

    await app.fill('Comment', 'Looks **right**');
    await app.click('Add comment');
    await app.see('Looks **right**');
    await world.shot('run-needs-confirmation');

    await app.click('Confirm and apply');
    await app.see('Apply this plan?');
    await app.click('Apply');
    await app.until(`document.querySelector('header [data-status="applied"]')`);
    await app.see('Applied: 4 added.');
    expect(await app.raw.evaluate('document.title')).toBe(`✓ Applied · ${network.name}`);
    const { data: run } = await client.runs.read(runId);
    expect(run.attributes.source).toBe('tfe-ui');
    await app.click('Log');
    await app.see('Apply complete! Resources: 4 added');
    await world.shot('run-applied-log');
  });

  test('destructive changes come first and are confirmed with the name of the workspace', async () => {
    const { app, client } = world;
    await upload(client, network.id, { 'main.tf': AFTER + PASSWORD });
    const runId = await world.settledRun(network, 'One subnet less');
    await app.open(runPath(network, runId));
    await app.see('its index is out of count');
    const order = await app.raw.evaluate(
      `[...document.querySelectorAll('[data-row]')].map((row) => row.dataset.action)`,
    );
    expect(order).toEqual(['delete', 'replace', 'update']);

    await app.click('Confirm and apply');
    await app.see('Will be destroyed or replaced');
    expect(await app.button('Apply')).toBe('disabled');
    await app.fill(`Type ${network.name}`, 'something else');
    await app.raw.press('Enter');
    expect(await app.button('Apply')).toBe('disabled');
    await app.fill(`Type ${network.name}`, network.name);
    expect(await app.button('Apply')).toBe('enabled');
    await app.raw.press('Enter');
    expect((await client.runs.read(runId)).data.attributes.status).toBe('planned');
    await world.shot('confirm-destroys');

    // Another person decides while the dialog is open.
    await client.runs.discard(runId, { comment: 'not today' });
    await app.see('can no longer be confirmed as it was shown');
    expect(await app.button('Apply')).toBe('disabled');
    await app.click('Back');
    await app.see('Discarded. Nothing was changed.');
    await app.see('not today');
  });

  test('a button that is pressed twice applies once', async () => {
    const { app, client } = world;
    const runId = await world.settledRun(network, 'Pressed twice');
    await app.open(runPath(network, runId));
    await app.click('Confirm and apply');
    await app.fill(`Type ${network.name}`, network.name);
    await app.until(
      `[...document.querySelectorAll('[role=dialog] button')].some((each) => each.innerText === 'Apply' && !each.disabled)`,
    );
    await app.raw.evaluate(`(() => {
      const button = [...document.querySelectorAll('[role=dialog] button')].find((each) => each.innerText === 'Apply');
      button.click(); button.click();
    })()`);
    await app.until(`document.querySelector('header [data-status="applied"]')`);
    const { data: events } = await client.runs.events(runId);
    expect(events.filter(({ attributes }) => attributes.action === 'confirmed')).toHaveLength(1);
  });

  test('a decision from the command line is shown at once', async () => {
    const { app, client } = world;
    const place = await world.workspace({ 'main.tf': 'resource "terraform_data" "one" {}' });
    const runId = await world.settledRun(place, 'From the command line');
    await app.open(runPath(place, runId));
    await app.see('Confirm and apply');
    await world.apply(runId);
    await app.until(`document.querySelector('header [data-status="applied"]')`);
    expect(await app.button('Confirm and apply')).toBe('missing');
    expect((await client.runs.read(runId)).data.attributes.status).toBe('applied');
  });

  test('an output has its values over time, and two runs are compared', async () => {
    const { app, client } = world;
    await app.open(`${network.path}/states?view=outputs`);
    await app.click('subnets');
    await app.see('In all 2 states');
    const changes = await app.raw.evaluate<string[]>(
      `[...document.querySelectorAll('main ol > li')].map((each) => each.innerText.replace(/\\s+/g, ' '))`,
    );
    expect(changes).toHaveLength(2);
    expect(changes[0]).toMatch(/changed.*Pressed twice.*10\.0\.1\.0/);
    expect(changes[1]).toMatch(/created.*Two subnets and a zone/);
    await world.shot('outputs');
    await app.click('password');
    await app.see('They are not shown');
    expect(await app.raw.evaluate('location.search')).toContain('output=password');

    const { data: runs } = await client.runs.listInWorkspace(network.id);
    const [second, first] = [runs[0]?.id ?? '', runs.at(-1)?.id ?? ''];
    await app.open(`/${network.organization}/compare?a=${first}&b=${second}`);
    await app.see('Different files');
    await app.see('count = 1');
    await app.see('output.subnets');
    await app.see('Both were given the same variables.');
    await world.shot('compare');
  });

  test('no page contains a secret', async () => {
    const { app } = world;
    // Also what the pages were sent.
    await app.raw.prelude(`
      window.answers = [];
      const send = window.fetch;
      window.fetch = async (...given) => {
        const answer = await send(...given);
        if ((answer.headers.get('content-type') ?? '').includes('json')) window.answers.push(await answer.clone().text());
        return answer;
      };
    `);
    await app.open(`${network.path}/states`);
    await app.see('Serial');
    await app.raw.evaluate(`document.querySelector('main ol button').click()`);
    await app.see('10.0.1.0/24');
    expect(await app.raw.evaluate(`window.answers.join().includes('"subnets"')`)).toBe(true);
    expect(await app.raw.evaluate(`window.answers.join().includes('planted-in-the')`)).toBe(false);
    const pages = ['', '/runs', '/states?view=outputs&output=password', '/variables', '/settings'].map(
      (page) => `${network.path}${page}`,
    );
    const { data: runs } = await world.client.runs.listInWorkspace(network.id);
    const [run] = runs;
    const tabs = ['changes', 'log', 'outputs', 'configuration', 'variables', 'events'];
    for (const path of [...pages, ...tabs.map((tab) => `${runPath(network, run?.id ?? '')}?tab=${tab}`)]) {
      await app.open(path);
      await app.until(`document.querySelector('h1')`);
      const whole = await app.raw.evaluate<string>(
        `document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + window.answers`,
      );
      expect(whole.includes('planted-in-the-configuration'), path).toBe(false);
    }
    await app.open(`${runPath(network, run?.id ?? '')}?tab=outputs`);
    await app.see('(sensitive value)');
  });

  test('text from users is shown as text, whatever it contains', async () => {
    const { app, browser } = world;
    const place = await world.workspace({
      'main.tf': `
        resource "terraform_data" "hostile" {
          for_each = toset(["<img src=x onerror=alert(1)>"])
          input    = "\\u202Egnp.exe <script>alert(2)</script>"
          provisioner "local-exec" {
            command = "printf '\\\\033]8;;http://evil.example\\\\007link\\\\033]8;;\\\\007 \\\\033[31mred\\\\033[0m <b>bold</b>'"
          }
        }
        output "hostile" { value = "<iframe src=javascript:alert(3)>" }`,
    });
    browser.complaints.length = 0;
    const runId = await world.settledRun(place, '<img src=x onerror=alert(4)> \u202Edetrevni');
    await app.open(runPath(place, runId));
    await app.see('<img src=x onerror=alert(4)> ‹U+202E›detrevni');
    await app.see('terraform_data.hostile["<img src=x onerror=alert(1)>"]');
    await app.click('Open all');
    await app.see('‹U+202E›gnp.exe <script>alert(2)</script>');
    await world.apply(runId);
    await app.open(`${runPath(place, runId)}?tab=log`);
    await app.see('link red <b>bold</b>');
    await app.open(`${runPath(place, runId)}?tab=outputs`);
    await app.see('<iframe src=javascript:alert(3)>');
    const made = await app.raw.evaluate(
      `document.querySelectorAll('img[src=x], iframe, script:not([src]), main b b').length`,
    );
    expect(made).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('a log is complete after the server was killed in the middle of it', async () => {
    const { app, client, server } = world;
    const place = await world.workspace({
      'main.tf': `
        resource "terraform_data" "slow" {
          provisioner "local-exec" {
            command = "for i in $(seq 1 60); do echo line $i of many; sleep 0.1; done"
          }
        }`,
    });
    const runId = await world.settledRun(place, 'A long log');
    await app.open(`${runPath(place, runId)}?tab=log`);
    await client.runs.apply(runId);
    await app.see('line 5 of many');
    await server.kill();
    await app.see('The server cannot be reached');
    await server.restart();
    await app.seeNoMore('The server cannot be reached');
    await app.until(`document.querySelector('header [data-status="applied"]')`);
    const run = await until(client, runId, 'final');
    const messages = (await applyLog(client, run)).matchAll(/"@message":"[^"]*(line \d+ of many)"/g);
    const written = [...messages].map(([, line]) => line);
    await app.see('Apply complete!');
    await app.raw.evaluate(`document.querySelector('[role=log]').style.height = '6000px'`);
    for (const line of ['line 1 of many', 'line 60 of many']) {
      await app.until(`document.querySelector('[role=log]').innerText.includes('${line}')`);
    }
    const shown = await app.raw.evaluate<string[]>(
      `[...document.querySelector('[role=log]').innerText.matchAll(/line \\d+ of many/g)].map(([line]) => line)`,
    );
    expect(written).toHaveLength(60);
    expect(shown).toEqual(written);
  });
});
