/** A whole server in this process, on a database of its own, with a listening port. */
import { hashSecret, newOpaqueToken } from '../../src/server/secrets/opaque-tokens.ts';
import type { Platform } from '../../src/server/context.ts';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/running-server.ts';
import { newId } from '@runwright/models';
import pino, { type Logger } from 'pino';
import { watchAnswers, type AnswerCheck } from './answer-check.ts';
import { makeTestDatabase } from './database.ts';

export const ADMIN_TOKEN = 'admin-token-for-these-tests';
/** Tests look for what is lost themselves: the server must not find first what they have made look lost. */
const NEVER_MS = 24 * 3_600_000;

export const AGENT_TOKEN = 'agent-token-for-these-tests';

export interface ApiAnswer {
  status: number;
  headers: Headers;
  // Tests look into documents of many shapes.
  body: Document;
  text: string;
}

interface Resource {
  id: string;
  type: string;
  attributes: Record<string, unknown>;
  relationships: Record<string, { data: { id: string; type: string } | null }>;
  links?: Record<string, string>;
}
export interface Document {
  data: Resource & Resource[];
  included?: Resource[];
  errors?: { status: string; title: string; detail?: string; source?: { pointer: string } }[];
  meta?: { pagination: Record<string, number | null> };
  links?: Record<string, string | null>;
}

export interface TestServer {
  url: string;
  platform: Platform;
  homeFolder: string;
  /** What was found of its answers that its endpoints do not declare. */
  answers: AnswerCheck;
  /** Calls the API, as the administrator unless another token (or null: none) is given. */
  call(method: string, path: string, body?: unknown, token?: string | null): Promise<ApiAnswer>;
  /**
   * A user with a token, in the organizations named: an owner, who may do everything, or with `as: 'member'` somebody
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
    answers,
    async call(method, path, body, token = ADMIN_TOKEN) {
      const response = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      answers.check(response.headers.get('x-request-id'));
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      return {
        status: response.status,
        headers: response.headers,
        body: (isJson && text !== '' ? JSON.parse(text) : {}) as Document,
        text,
      };
    },
    async addUser(username, organizations, { as } = { as: 'owner' }) {
      const secret = newOpaqueToken();
      const id = newId('user');
      await platform.db
        .insertInto('users')
        .values({ id, username, email: `${username}@example.com` })
        .execute();
      await platform.db
        .insertInto('token')
        .values({
          id: newId('at'),
          kind: 'user',
          secret_hash: hashSecret(secret),
          user_id: id,
          organization_id: null,
        })
        .execute();
      for (const name of organizations) {
        const { id: organizationId } = await platform.db
          .selectFrom('organization')
          .select('id')
          .where('name', '=', name)
          .executeTakeFirstOrThrow();
        await platform.db
          .insertInto('organization_member')
          .values({ id: newId('ou'), user_id: id, organization_id: organizationId })
          .execute();
        if (as === 'member') continue;
        const owners = await platform.db
          .selectFrom('team')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('is_owners', '=', true)
          .executeTakeFirstOrThrow();
        await platform.db
          .insertInto('team_member')
          .values({ team_id: owners.id, user_id: id, organization_id: organizationId })
          .execute();
      }
      return secret;
    },
    async close() {
      await server.close();
      await location.remove();
      answers.check();
    },
  };
}
