/**
 * What a run costs over plain terraform: create → planned for 1 and for 1,000 resources, and the apply of 1,000.
 * Both sides take turns in one run of this script, since machines are noisy; read the ratios.
 */
import { uploadFolder } from '../src/cli/upload/upload-folder.ts';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { plainFolder, resources } from './support/plain-terraform.ts';
import { newHome, removeHome, startBenchServer, type BenchServer } from './support/server.ts';
import { median, ms, quantile, ratio, report } from './support/table.ts';

const POLL_MS = 5;

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

async function waitFor({ client }: BenchServer, runId: string, status: string): Promise<void> {
  const run = await client.waitForRun(runId, {
    intervalMs: POLL_MS,
    until: (seen) => seen.attributes.status === status || seen.attributes.status === 'errored',
  });
  if (run.attributes.status !== status) throw new Error(`the run is ${run.attributes.status}`);
}

async function timePlan(
  server: BenchServer,
  workspaceId: string,
): Promise<{ runId: string; planMs: number }> {
  const startedAt = performance.now();
  const { id } = await server.client.runs.create({ workspace_id: workspaceId });
  await waitFor(server, id, 'planned');
  return { runId: id, planMs: performance.now() - startedAt };
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
    // The first rounds warm both up.
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
    const startedAt = performance.now();
    await server.client.runs.apply(runId);
    await waitFor(server, runId, 'applied');
    const applyMs = performance.now() - startedAt;
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
    'both sides taking turns. Plain is `terraform init && plan -out && show -json`, and `apply` with a local state file.',
  ],
  ['', 'Runwright', 'plain terraform', 'compared', 'aim'],
  rows,
);
