import { createClient } from '@runwright/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packFiles } from '../runner/configuration-archive.ts';
import { celPolicies } from '../support/policy-scenario.ts';
import { needs } from '../support/programs.ts';
import { until, upload } from '../support/real-run.ts';
import { uniqueName } from '../support/scenario.ts';
import { callBack, startTaskService, type TaskService } from '../support/task-service.ts';
import { startStoryWorld, type Place } from './story-world.ts';
import { addVariables } from './variable-scene.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const BOOK = `
currency: EUR
source: https://example.com/prices
date: 2026-01-31
prices:
  - resource: terraform_data
    when: values.input == "large"
    monthly: 120.5
`;
const CONFIGURATION = {
  'main.tf': `
    resource "terraform_data" "server" { input = "large" }
    resource "terraform_data" "small" { input = "small" }`,
};

needs('terraform', 'chromium')('decisions on the pages', () => {
  let world: Awaited<ReturnType<typeof startStoryWorld>>;
  let place: Place;
  let service: TaskService;
  beforeAll(async () => {
    service = await startTaskService();
    world = await startStoryWorld({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
    const { client } = world;
    place = await world.workspace(CONFIGURATION, { 'approval-rules': [{ 'team-id': null, approvals: 1 }] });
    await client.organizations.update(place.organization, { 'cost-estimation-enabled': true });
    await client.priceBooks.create(place.organization, { name: 'sample', document: BOOK });
    const set = await client.policySets.create(place.organization, { name: 'house-rules', global: true });
    const archive = packFiles(
      celPolicies(
        ['cheap', 'soft-mandatory', 'cost.delta_monthly_cost < 100.0', 'It costs <b>too</b> much.'],
        ['nothing-destroyed', 'hard-mandatory', '!run.is_destroy'],
      ),
    );
    await client.policySets.uploadVersion(await client.policySets.createVersion(set.id), archive);
  });
  afterAll(async () => {
    await world.close();
    service.close();
  });

  /** A run whose author is a program, so that every signed-in person may approve it. */
  async function runOfProgram(message: string): Promise<string> {
    const { client, server } = world;
    const team = await client.teams.create(place.organization, { name: uniqueName('pipeline') });
    await client.teamAccess.add(team.id, place.id, { access: 'write' });
    const { token } = (await client.tokens.ofTeam.create(team.id, { description: 'pipeline' })).attributes;
    const program = createClient({ address: server.url, token: token ?? '' });
    await upload(program, place.id, CONFIGURATION);
    const run = await program.runs.create({ workspace_id: place.id, params: { message } });
    await until(client, run.id, 'settled');
    return run.id;
  }

  test('the page of a run shows costs, policies and approvals, and takes decisions about them', async () => {
    const { app, client } = world;
    const runId = await runOfProgram('A large server');
    await app.open(`${place.path}/runs/${runId}`);
    await app.see('A policy did not pass: it can be overridden');
    await app.see('It costs <b>too</b> much.');
    expect(
      await app.raw.evaluate(
        `[...document.querySelectorAll('main li[data-status]')].map((row) => row.dataset.status)`,
      ),
    ).toEqual(expect.arrayContaining(['failed', 'passed']));
    await world.shot('run-policies');
    await app.click('Cost');
    await app.see('+€120.50');
    await app.see('terraform_data.server');
    await app.see('1 of 2 resources have a price.');
    await world.shot('run-cost');

    await app.click('Policies');
    await app.click('Override');
    await app.see('Override the policies?');
    await app.until(`document.querySelector('[role=dialog] button[disabled]')`);
    await app.fill('Reason', 'agreed with the owner');
    await app.raw.evaluate(`[...document.querySelectorAll('[role=dialog] button')].at(-1).click()`);
    await app.see('Not passed, and overridden');
    await app.see('agreed with the owner');

    await app.see('0 of 1 of those who may apply');
    await app.click('Approve');
    await app.see('Approve this plan?');
    await app.raw.evaluate(`[...document.querySelectorAll('[role=dialog] button')].at(-1).click()`);
    await app.see('1 of 1 of those who may apply');
    expect(await app.button('Approve')).toBe('missing');
    expect(await app.chips()).toEqual(['Needs confirmation']);
    await client.variables.create(place.id, { key: 'REGION', value: 'north', category: 'env' });
    await app.open(`${place.path}/runs/${runId}`);
    await app.see('the state or the variables have changed since');
    await world.shot('run-approvals');
    await app.click('Confirm and apply');
    await app.see('Cost a month');
    await app.click('Apply');
    await app.until(`document.querySelector('header [data-status="applied"]')`);
    // A confirmation also counts as the approval that the same person was asked for.
    await app.see('1 of 1 of those who may apply');
  });

  test('the page of a run shows the results of a run task as text, and overrides a failed one', async () => {
    const { app, client } = world;
    const own = await world.workspace({ 'main.tf': 'resource "terraform_data" "one" {}' });
    const task = await client.runTasks.create(own.organization, {
      name: uniqueName('scanner'),
      url: `${service.url}/scan`,
      overridable: true,
    });
    await client.workspaceTasks.attach(own.id, task.id, {
      'enforcement-level': 'mandatory',
      stages: ['post_plan'],
    });
    const run = await client.runs.create({ workspace_id: own.id, params: { message: 'Scanned' } });
    const asked = await service.requestFor(run.id, 'post_plan', '/scan');
    await app.open(`${own.path}/runs/${run.id}`);
    await app.click('Run tasks');
    await app.see('has been asked');
    const says = { status: 'failed', message: '<b>2</b> findings', url: 'javascript:alert(1)' };
    const finding = { 'outcome-id': 'open-port', description: 'Port <22> is open', url: `${service.url}/22` };
    const outcomes = [{ type: 'task-result-outcomes', attributes: finding }];
    expect((await callBack(asked, says, { outcomes })).status).toBe(422);
    expect((await callBack(asked, { ...says, url: `${service.url}/all` }, { outcomes })).status).toBe(200);
    await app.see('<b>2</b> findings');
    await app.see('open-port: Port <22> is open');
    await world.shot('run-tasks');
    await app.click('Override');
    await app.see('Override the run tasks?');
    await app.fill('Reason', 'a known port');
    await app.raw.evaluate(`[...document.querySelectorAll('[role=dialog] button')].at(-1).click()`);
    await app.until(`!document.querySelector('header [data-status="post_plan_awaiting_decision"]')`);
    await app.see('a known port');
  });

  test('the page of variables says what the next run gets, from where, and what that hides', async () => {
    const { app } = world;
    await addVariables(world.client, place);
    await app.open(`${place.path}/variables`);
    await app.see('Hides 1 other value');
    await app.until(
      `/Not used: hidden by\\s+<b>everywhere<.b>/.test(document.querySelector('main').innerText)`,
    );
    await app.raw.evaluate(`document.querySelectorAll('main details').forEach((each) => (each.open = true))`);
    await app.until(`/This workspace\\s+own/.test(document.querySelector('main details ol').innerText)`);
    expect(await app.raw.text()).not.toContain('never-shown');
    await world.shot('variables');
  });
});
