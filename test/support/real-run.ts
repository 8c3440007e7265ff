/** Runs of real configurations on a server process. */
import { relatedId, type Client, type Run } from '@runwright/client';
import { packFiles } from '../runner/configuration-archive.ts';
import { uniqueName } from './scenario.ts';

export type Files = Record<string, string>;

/** An organization with a workspace. */
export async function createRealWorkspace(client: Client): Promise<string> {
  const organization = uniqueName('org');
  await client.organizations.create({ name: organization, email: 'someone@example.com' });
  const workspace = await client.workspaces.create(organization, { name: uniqueName('ws') });
  return workspace.id;
}

export async function upload(client: Client, workspaceId: string, files: Files): Promise<string> {
  const version = await client.configurationVersions.create(workspaceId, { autoQueueRuns: false });
  await client.configurationVersions.upload(version, packFiles(files));
  return version.id;
}

/** Polls often, since the tests' runs take half a second. */
export async function until(client: Client, runId: string, goal: 'settled' | 'final' | string): Promise<Run> {
  const signal = AbortSignal.timeout(120_000);
  const reached =
    goal === 'settled' || goal === 'final' ? goal : (run: Run) => run.attributes.status === goal;
  return await client.waitForRun(runId, { until: reached, intervalMs: 50, signal });
}

export async function planLog(client: Client, run: Run): Promise<string> {
  return await readWhole(client.plans.followLog(relatedId(run, 'plan') ?? ''));
}

export async function applyLog(client: Client, run: Run): Promise<string> {
  return await readWhole(client.applies.followLog(relatedId(run, 'apply') ?? ''));
}

/** Resolves when the apply's log holds the text; `run` is at its apply. */
export async function applySays(client: Client, run: Run, text: string): Promise<void> {
  let seen = '';
  for await (const part of client.applies.followLog(relatedId(run, 'apply') ?? '')) {
    seen += part;
    if (seen.includes(text)) return;
  }
  throw new Error(`the apply ended without saying ${text}:\n${seen}`);
}

async function readWhole(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}

/** The names of the resources in the workspace's current state, with the keys of their instances. */
export async function resourcesInState(client: Client, workspaceId: string): Promise<string[]> {
  const bytes = await client.stateVersions.download(await client.stateVersions.current(workspaceId));
  const state = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    resources: { name: string; instances: { index_key?: string | number; status?: string }[] }[];
  };
  return state.resources
    .flatMap(({ name, instances }) =>
      instances.map(
        ({ index_key: key, status }) =>
          `${name}${key === undefined ? '' : `[${key}]`}${status ? ` (${status})` : ''}`,
      ),
    )
    .sort();
}
