/**
 * Measures the cost of a run over plain terraform: create → planned for 1 and for 1,000 resources, and the apply of
 * 1,000. Both sides take turns in one run of this script, since machines are noisy; read the ratios.
 */
import { uploadFolder } from '../src/cli/upload/upload-folder.ts';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { plainFolder, resources } from './support/plain-terraform.ts';
import { newHome, removeHome, startBenchServer, type BenchServer } from './support/server.ts';
import { median, ms, quantile, ratio, report } from './support/table.ts';

const POLL_MS = 100;

async function newWorkspace(server: BenchServer, configuration: string): Promise<string> {
  const organization = `bench-${Math.random().toString(36).slice(2)}`;
  await server.client.organizations.create({ name: organization, email: 'bench@example.com' });
  const { id } = await server.client.workspaces.create(organization, { name: 'it' });
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-upload-'));
  writeFileSync(path.join(folder, 'main.tf'), configuration);
  await uploadFolder(server.client, id, folder, { autoQueueRuns: false });
  await rm(folder, { recursive: true });
  return id;
}

/**
 * Waits for the status, and returns the time of its event, which is the start of the transaction that set it. Polling
 * rarely leaves the processor to terraform; the interval does not change the result.
 */
async function reached({ client }: BenchServer, runId: string, status: string): Promise<number> {
  const run = await client.waitForRun(runId, {
    intervalMs: POLL_MS,
    until: (seen) => seen.attributes.status === status || seen.attributes.status === 'errored',
  });
  if (run.attributes.status !== status) throw new Error(`the run is ${run.attributes.status}`);
  const { data } = await client.runs.events(runId);
  const event = data.find(({ attributes }) => attributes.action === status);
  const createdAt = event?.attributes['created-at'];
  if (createdAt === undefined) throw new Error(`the run has no event ${status}`);
  return Date.parse(createdAt);
}

async function timePlan(
  server: BenchServer,
  workspaceId: string,
): Promise<{ runId: string; planMs: number }> {
  const startedAt = Date.now();
  const { id } = await server.client.runs.create({ workspace_id: workspaceId });
  return { runId: id, planMs: (await reached(server, id, 'planned')) - startedAt };
}

const home = newHome();
const server = await startBenchServer(home);
const rows: string[][] = [];
try {
  const [small, plainSmall] = [await newWorkspace(server, resources(1)), plainFolder(resources(1))];
  const ours: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < 22; round += 1) {
    const { runId, planMs } = await timePlan(server, small);
    await server.client.runs.discard(runId);
    const plainMs = await plainSmall.plan();
    // The first rounds only warm both sides up.
    if (round >= 2) {
      ours.push(planMs);
      plain.push(plainMs);
    }
  }
  await plainSmall.remove();
  const added = ours.map((value, index) => value - (plain[index] ?? 0));
  rows.push([
    'create → planned, 1 resource',
    `${ms(median(ours))} (p90 ${ms(quantile(ours, 0.9))})`,
    ms(median(plain)),
    `+${ms(median(added))}`,
    'added ≤ 150 ms',
  ]);

  const [planRatios, applyRatios] = [[] as number[], [] as number[]];
  const [oursPlan, plainPlan, oursApply, plainApply] = [[], [], [], []] as number[][] as [
    number[],
    number[],
    number[],
    number[],
  ];
  for (let round = 0; round < 5; round += 1) {
    const workspaceId = await newWorkspace(server, resources(1_000));
    const { runId, planMs } = await timePlan(server, workspaceId);
    const byHand = plainFolder(resources(1_000));
    const plainPlanMs = await byHand.plan();
    const startedAt = Date.now();
    await server.client.runs.apply(runId);
    const applyMs = (await reached(server, runId, 'applied')) - startedAt;
    const plainApplyMs = await byHand.apply();
    await byHand.remove();
    oursPlan.push(planMs);
    plainPlan.push(plainPlanMs);
    oursApply.push(applyMs);
    plainApply.push(plainApplyMs);
    planRatios.push(planMs / plainPlanMs);
    applyRatios.push(plainApplyMs / applyMs);
  }
  rows.push([
    'create → planned, 1,000 resources',
    ms(median(oursPlan)),
    ms(median(plainPlan)),
    ratio(median(planRatios)),
    '≤ 1.15 × plain',
  ]);
  rows.push([
    'confirm → applied, 1,000 resources',
    ms(median(oursApply)),
    ms(median(plainApply)),
    `${ratio(median(applyRatios))} faster`,
    '≥ 5 × faster',
  ]);
} finally {
  await server.stop();
  await removeHome(home);
}
report(
  'runs',
  [
    'Embedded database, built-in runner, sandbox where bubblewrap works. Medians of 20 rounds (1 resource) and of 5 (1,000),',
    'both sides taking turns. Ours is from sending the request to the transaction that makes the run planned or applied. Plain is `terraform init && plan -out && show -json`, and `apply` with a local state file.',
  ],
  ['', 'Runwright', 'plain terraform', 'compared', 'aim'],
  rows,
);
