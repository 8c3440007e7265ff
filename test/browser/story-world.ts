/** One server process with real terraform and one browser for all stories, because both start slowly. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@runwright/client';
import { startBrowser, type Browser } from '../support/browser.ts';
import { until, upload, type Files } from '../support/real-run.ts';
import { ADMIN_TOKEN, startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { uniqueName } from '../support/scenario.ts';
import { appPage, type AppPage } from './app-page.ts';

/** Screenshots for people; git ignores them. */
const SHOTS = path.resolve(import.meta.dirname, 'screenshots');

export interface Place {
  organization: string;
  name: string;
  id: string;
  /** The path of the workspace below /app. */
  path: string;
}

export interface StoryWorld {
  client: Client;
  browser: Browser;
  app: AppPage;
  /** Creates a workspace with this configuration. */
  workspace(files: Files, attributes?: Record<string, unknown>): Promise<Place>;
  /** Creates a run and waits until it has settled. */
  settledRun(place: Place, message: string): Promise<string>;
  apply(runId: string): Promise<void>;
  shot(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function startStoryWorld(
  settings: Record<string, string> = {},
): Promise<StoryWorld & { server: ServerProcess }> {
  const [server, browser] = await Promise.all([startServerProcess(settings), startBrowser()]);
  const world = await enterWorld(server, browser, { token: ADMIN_TOKEN, organization: uniqueName('org') });
  return {
    ...world,
    server,
    async close() {
      await world.close();
      await server.remove();
    },
  };
}

/** Creates an organization on a running server, and signs a person in there. */
export async function enterWorld(
  { url, client }: Pick<ServerProcess, 'url' | 'client'>,
  browser: Browser,
  { token, organization }: { token: string; organization: string },
): Promise<StoryWorld> {
  const app = appPage(browser, url);
  mkdirSync(SHOTS, { recursive: true });
  await client.organizations.create({ name: organization, email: 'someone@example.com' });
  await app.look({ width: 1360, height: 900 });
  await app.signIn(token);
  return {
    client,
    browser,
    app,
    async workspace(files, attributes = {}) {
      const { id, attributes: made } = await client.workspaces.create(organization, {
        name: uniqueName('ws'),
        ...attributes,
      });
      await upload(client, id, files);
      return { organization, name: made.name, id, path: `/${organization}/workspaces/${made.name}` };
    },
    async settledRun({ id }, message) {
      const run = await client.runs.create({ workspace_id: id, params: { message } });
      await until(client, run.id, 'settled');
      return run.id;
    },
    async apply(runId) {
      await client.runs.apply(runId);
      await until(client, runId, 'final');
    },
    shot: async (name) => await app.raw.screenshot(path.join(SHOTS, `${name}.png`)),
    close: async () => await browser.close(),
  };
}
