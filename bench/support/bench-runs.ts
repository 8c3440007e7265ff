/** Workspaces and runs for measurements of a server. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { uploadFolder } from '../../src/cli/upload/upload-folder.ts';
import type { BenchServer } from './server.ts';

const POLL_MS = 100;

/** A workspace in an organization of its own, with a configuration that no run has used. */
export async function newBenchWorkspace(
  server: BenchServer,
  configuration: string,
  autoApply = true,
): Promise<string> {
  const organization = `bench-${Math.random().toString(36).slice(2)}`;
  await server.client.organizations.create({ name: organization, email: 'bench@example.com' });
  const { id } = await server.client.workspaces.create(organization, { name: 'it', 'auto-apply': autoApply });
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-upload-'));
  writeFileSync(path.join(folder, 'main.tf'), configuration);
  await uploadFolder(server.client, id, folder, { autoQueueRuns: false });
  await rm(folder, { recursive: true });
  return id;
}

/**
 * Milliseconds from the request to the transactions that changed the run: the times of its events. Polling rarely
 * leaves the processor to terraform; the interval does not change the result.
 */
export async function timeRun(
  { client }: BenchServer,
  workspaceId: string,
): Promise<{ planningMs: number; plannedMs: number; appliedMs: number }> {
  const startedAt = Date.now();
  const { id } = await client.runs.create({ workspace_id: workspaceId });
  const run = await client.waitForRun(id, {
    intervalMs: POLL_MS,
    until: ({ attributes: { status } }) => status === 'applied' || status === 'errored',
  });
  if (run.attributes.status !== 'applied') throw new Error(`the run is ${run.attributes.status}`);
  const { data } = await client.runs.events(id);
  const after = (action: string): number => {
    const at = data.find(({ attributes }) => attributes.action === action)?.attributes['created-at'];
    if (at === undefined) throw new Error(`the run has no event ${action}`);
    return Date.parse(at) - startedAt;
  };
  return { planningMs: after('planning'), plannedMs: after('planned'), appliedMs: after('applied') };
}
