/** Measures the twelve agent stories, on a server in this process with a database of its own. */
import pino from 'pino';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/running-server.ts';
import { addUser } from '../../test/support/add-user.ts';
import { playStories, type StoryResult } from '../../test/support/agent-stories.ts';
import { callServer } from '../../test/support/call-server.ts';
import { ADMIN_TOKEN, AGENT_TOKEN } from '../../test/support/server.ts';
import { buildWorld } from '../../test/support/story-world.ts';
import { newHome, removeHome } from './server.ts';

export async function measureStories(): Promise<StoryResult[]> {
  const home = newHome();
  const config = readConfig({
    RUNWRIGHT_HOME: home,
    RUNWRIGHT_PORT: '0',
    RUNWRIGHT_RUNNERS: '0',
    RUNWRIGHT_RATE_LIMIT: '0',
    RUNWRIGHT_ADMIN_TOKEN: ADMIN_TOKEN,
    RUNWRIGHT_AGENT_TOKEN: AGENT_TOKEN,
  });
  const server = await startServer(config, {
    log: pino({ level: 'silent' }),
    program: '',
    onCrash: (problem) => {
      throw problem;
    },
  });
  try {
    const { url, platform } = server;
    const world = await buildWorld({
      url,
      call: (method, path, body, token = ADMIN_TOKEN) => callServer(url, method, path, body, token),
      addUser: (name, organizations) => addUser(platform.db, name, organizations, 'owner'),
    });
    return await playStories(world);
  } finally {
    await server.close();
    await removeHome(home);
  }
}
