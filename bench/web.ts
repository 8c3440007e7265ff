/** Measures the speed of the pages in chromium, and the cost of their viewers for the server. */
import { relatedId } from '@runwright/client';
import { appPage, type AppPage } from '../test/browser/app-page.ts';
import { startBrowser } from '../test/support/browser.ts';
import { callServer } from '../test/support/call-server.ts';
import { firstLoad } from '../test/support/first-load.ts';
import { packFiles } from '../test/runner/configuration-archive.ts';
import { claimStepOf, type HeldStep } from '../test/support/scripted-runner.ts';
import { AGENT_TOKEN } from '../test/support/server.ts';
import { benchToken, newHome, removeHome, startBenchServer } from './support/server.ts';
import { openViewers } from './support/streams.ts';
import { median, mib, ms, report } from './support/table.ts';

const ORGANIZATION = 'measured';
const LINES = 20;
const LONG_LOG_LINES = 500_000;
const LOG_PART_LINES = 50_000;
const VIEWERS = 200;
const VIEWED_MS = 10_000;
const SCROLLED_MS = 3_000;

const home = newHome();
const server = await startBenchServer(home, { RUNWRIGHT_RUNNERS: '0', RUNWRIGHT_AGENT_TOKEN: AGENT_TOKEN });
const { client, url } = server;
const browser = await startBrowser();
const app = appPage(browser, url);
const callable = {
  url,
  call: (method: string, path: string, body?: unknown, token = benchToken) =>
    callServer(url, method, path, body, token),
};

interface Held {
  step: HeldStep;
  page: string;
  runId: string;
  planId: string;
}

/** A run in a workspace of its own, whose plan this program holds. */
async function heldRun(name: string): Promise<Held> {
  const { id } = await client.workspaces.create(ORGANIZATION, { name });
  const version = await client.configurationVersions.create(id, { autoQueueRuns: false });
  await client.configurationVersions.upload(version, packFiles({ 'main.tf': '' }));
  const run = await client.runs.create({ workspace_id: id, params: { message: name } });
  const step = await claimStepOf(callable, run.id);
  if (step === undefined) throw new Error('there is no step to claim');
  const planId = relatedId(run, 'plan') ?? '';
  return { step, runId: run.id, planId, page: `/${ORGANIZATION}/workspaces/${name}/runs/${run.id}` };
}

const planOf = (count: number): object => ({
  plan_format_version: '1.2',
  resource_changes: Array.from({ length: count }, (_, index) => ({
    address: `module.network[${String(index % 20)}].terraform_data.subnet["${String(index)}"]`,
    module_address: `module.network[${String(index % 20)}]`,
    mode: 'managed',
    type: 'terraform_data',
    name: 'subnet',
    change: {
      actions: index % 50 === 0 ? ['delete', 'create'] : ['update'],
      before: { input: `10.0.${String(index)}.0/24`, tags: { owner: 'ana', cost: 'a' } },
      after: { input: `10.1.${String(index)}.0/24`, tags: { owner: 'ana', cost: 'b' } },
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
  })),
});

const WITHIN_MS = 60_000;

/** Milliseconds from the start of the page to the first frame in which the expression is true. */
const whenTrue = (expression: string): string => `new Promise((resolve, reject) => {
  const began = performance.now();
  const look = () => {
    if (${expression}) resolve(performance.now());
    else if (performance.now() - began > ${String(WITHIN_MS)}) reject(new Error('it did not come; the page has: ' + document.body.innerText.slice(0, 2000)));
    else requestAnimationFrame(look);
  };
  look();
})`;

async function opened(page: string, expression: string): Promise<number> {
  // An address that differs only after the # would load nothing.
  await app.raw.goto('about:blank');
  await app.open(page);
  return await app.raw.evaluate<number>(whenTrue(expression));
}

async function times(count: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let index = 0; index < count; index += 1) values.push(await measure());
  return median(values);
}

const firstPaint = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`;

async function planRows(): Promise<string[][]> {
  const small = await heldRun('four-hundred');
  await small.step.finishPlan({}, planOf(400));
  const large = await heldRun('five-thousand');
  await large.step.finishPlan({}, planOf(5_000));
  const hasRows = `document.querySelector('main [data-row]') !== null`;
  const paint = await times(5, async () => {
    await opened(small.page, hasRows);
    return await app.raw.evaluate<number>(firstPaint);
  });
  const usable = await times(5, async () => await opened(small.page, hasRows));
  await opened(large.page, hasRows);
  const filters: number[] = [];
  for (const text of ['"4321"', 'network[7]', '']) filters.push(await filterFor(app, text));
  return [
    ['first contentful paint of a run’s page', ms(paint), '≤ 1000 ms'],
    ['a plan of 400 resources, until its rows are there', ms(usable), '≤ 500 ms'],
    ['a plan of 5,000 changes, filtered', ms(Math.max(...filters)), '≤ 100 ms'],
  ];
}

/** The time from typing into the field to the frame with the matches. */
async function filterFor({ raw }: AppPage, text: string): Promise<number> {
  return await raw.evaluate<number>(`new Promise((resolve) => {
    const field = document.querySelector('main input[placeholder^="Search address"]');
    const status = () => [...document.querySelectorAll('main [role=status]')].map((each) => each.innerText).join();
    const before = status();
    const began = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(text)});
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const look = () => (status() === before ? requestAnimationFrame(look) : resolve(performance.now() - began));
    look();
  })`);
}

/** The time from writing a line to its appearance in the page. */
async function lineRows(): Promise<string[][]> {
  const { step, page } = await heldRun('lines');
  await step.log('the first line\n');
  await app.open(`${page}?tab=log`);
  await app.see('the first line');
  await app.raw.evaluate(`(() => {
    window.seen = {};
    const look = () => {
      for (const [line] of document.querySelector('[role=log]').innerText.matchAll(/line number \\d+/g)) {
        window.seen[line] ??= Date.now();
      }
    };
    new MutationObserver(look).observe(document.querySelector('[role=log]'), { childList: true, subtree: true, characterData: true });
  })()`);
  let offset = 'the first line\n'.length;
  const written: [string, number][] = [];
  for (let index = 1; index <= LINES; index += 1) {
    const line = `line number ${String(index)}`;
    written.push([line, Date.now()]);
    await step.log(`${line}\n`, offset);
    offset += line.length + 1;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const seen = await app.raw.evaluate<Record<string, number>>('window.seen');
  const waits = written.flatMap(([line, at]) => (seen[line] === undefined ? [] : [seen[line] - at]));
  await step.finishPlan();
  return [
    [
      `a line of a log, until it is in the page (${String(waits.length)} of ${String(LINES)} came)`,
      `${ms(median(waits))}, at most ${ms(Math.max(...waits))}`,
      '≤ 100 ms',
    ],
  ];
}

async function longLogRows(): Promise<string[][]> {
  const { step, page } = await heldRun('long-log');
  let offset = 0;
  for (let from = 1; from <= LONG_LOG_LINES; from += LOG_PART_LINES) {
    const text = Array.from(
      { length: LOG_PART_LINES },
      (_, index) =>
        `line ${String(from + index)} of a log that somebody left running for a whole night, and more\n`,
    ).join('');
    await step.log(text, offset);
    offset += text.length;
  }
  await step.finishPlan();
  const first = await opened(
    `${page}?tab=log`,
    `/line \\d+ of a log/.test(document.querySelector('[role=log]')?.innerText ?? '')`,
  );
  const whole = await app.raw.evaluate<number>(
    whenTrue(`document.querySelector('main').innerText.includes('line ${String(LONG_LOG_LINES)} of a log')`),
  );
  const frames = await app.raw.evaluate<number>(`new Promise((resolve) => {
    const box = document.querySelector('[role=log]');
    box.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, bubbles: true }));
    const began = performance.now();
    let frames = 0;
    const go = () => {
      frames += 1;
      box.scrollTop -= 300;
      if (performance.now() - began > ${String(SCROLLED_MS)}) resolve(frames);
      else requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  })`);
  const link = await opened(
    `${page}?tab=log#plan-L400000`,
    `document.querySelector('main')?.innerText.includes('line 400000 of a log')`,
  );
  return [
    [`a log of 500,000 lines (${mib(offset)}), until it can be read`, ms(first), '≤ 1500 ms'],
    ['the same, until its last line is there', ms(whole), ''],
    ['the same, opened at line 400,000', ms(link), ''],
    ['the same, scrolled', `${String(Math.round((frames * 1_000) / SCROLLED_MS))} frames/s`, '≥ 50'],
  ];
}

async function viewerRows(): Promise<string[][]> {
  const { step, runId, planId } = await heldRun('viewed');
  await step.log('it begins\n');
  const before = server.memory().server;
  const paths = [`/api/v2/events?run=${runId}`, `/api/v2/plans/${planId}/log-stream`];
  const viewers = await openViewers(client, url, paths, VIEWERS);
  let offset = 'it begins\n'.length;
  const [cpuBefore, began] = [server.cpuMs(), performance.now()];
  while (performance.now() - began < VIEWED_MS) {
    const line = `${new Date().toISOString()} something happened\n`;
    await step.log(line, offset);
    offset += line.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const cores = (server.cpuMs() - cpuBefore) / (performance.now() - began);
  const grown = server.memory().server - before;
  const [got, sent] = [viewers.bytes(), offset];
  viewers.close();
  await step.finishPlan();
  if (got < sent * VIEWERS) throw new Error('the viewers have not got every byte');
  return [
    [
      `${String(VIEWERS)} viewers of one run, ten lines a second: the server’s processor`,
      `${cores.toFixed(2)} cores`,
      '< 1',
    ],
    ['the same: its memory', `+${mib(grown)}`, '< 100 MiB'],
  ];
}

const kib = (bytes: number): string => `${String(Math.round(bytes / 1024))} KiB`;
try {
  await client.organizations.create({ name: ORGANIZATION, email: 'someone@example.com' });
  await app.look({ width: 1360, height: 900 });
  await app.signIn(benchToken);
  const { pageBytes, bytes } = firstLoad('run-page');
  const rows = [
    ['JavaScript before the first page, gzip', kib(pageBytes), ''],
    ['the same with a run’s page', kib(bytes), '≤ 250 KiB'],
    ...(await planRows()),
    ...(await lineRows()),
    ...(await longLogRows()),
    ...(await viewerRows()),
  ];
  const load = process.argv.slice(2).join(' ');
  report(
    'web',
    [
      'Chromium without a window, and so without a graphics card; the server on the embedded database, plans and logs written by',
      'a program in place of a runner. Medians of 5 where a page is opened; the browser has the files from before.',
      ...(load === '' ? [] : [load]),
    ],
    ['what', 'measured', 'aim'],
    rows,
  );
} finally {
  await browser.close();
  await server.stop();
  await removeHome(home);
}
