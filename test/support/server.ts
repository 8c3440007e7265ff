/** A whole server in this process, on its own database, with a listening port. */
import type { Platform } from '../../src/server/context.ts';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/running-server.ts';
import pino, { type Logger } from 'pino';
import { watchAnswers, type AnswerCheck } from './answer-check.ts';
import { addUser } from './add-user.ts';
import { callServer, type ApiAnswer } from './call-server.ts';
import { makeTestDatabase } from './database.ts';

export const ADMIN_TOKEN = 'admin-token-for-these-tests';
/** Tests look for lost things themselves: the server must not first find what they made look lost. */
const NEVER_MS = 24 * 3_600_000;

export const AGENT_TOKEN = 'agent-token-for-these-tests';

export type { ApiAnswer, Document } from './call-server.ts';

/** The part of a server that the steps of a scenario need. */
export type CallableServer = Pick<TestServer, 'url' | 'call'>;

export interface TestServer {
  url: string;
  platform: Platform;
  homeFolder: string;
  databaseUrl: string | undefined;
  /** The mismatches between its answers and the declarations of its endpoints. */
  answers: AnswerCheck;
  /** Calls the API, as the administrator unless another token (or null: none) is given. */
  call(method: string, path: string, body?: unknown, token?: string | null): Promise<ApiAnswer>;
  /**
   * A user with a token, in the organizations named: an owner, who may do everything, or with `as: 'member'` a member
   * without a team, who may do nothing yet.
   */
  addUser(username: string, organizations: string[], options?: { as: 'owner' | 'member' }): Promise<string>;
  close(): Promise<void>;
}

export async function startTestServer(
  settings: Record<string, string> = {},
  log: Logger = pino({ level: 'silent' }),
): Promise<TestServer> {
  const location = await makeTestDatabase();
  const config = readConfig({
    RUNWRIGHT_HOME: location.homeFolder,
    DATABASE_URL: location.databaseUrl,
    RUNWRIGHT_PORT: '0',
    RUNWRIGHT_RUNNERS: '0',
    RUNWRIGHT_RATE_LIMIT: '0',
    RUNWRIGHT_ADMIN_TOKEN: ADMIN_TOKEN,
    RUNWRIGHT_AGENT_TOKEN: AGENT_TOKEN,
    ...settings,
  });
  const { started, answers } = watchAnswers(() =>
    startServer(config, {
      log,
      program: '',
      lookForLostMs: NEVER_MS,
      onCrash: (problem) => {
        throw problem;
      },
    }),
  );
  const server = await started;
  const { url, platform } = server;
  return {
    url,
    platform,
    homeFolder: location.homeFolder,
    databaseUrl: location.databaseUrl,
    answers,
    async call(method, path, body, token = ADMIN_TOKEN) {
      const answer = await callServer(url, method, path, body, token);
      answers.check(answer.headers.get('x-request-id'));
      return answer;
    },
    addUser: (username, organizations, { as } = { as: 'owner' }) =>
      addUser(platform.db, username, organizations, as),
    async close() {
      await server.close();
      await location.remove();
      answers.check();
    },
  };
}
