import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { allEndpoints } from '../../../src/server/server.ts';
import { startBrowser } from '../../support/browser.ts';
import { needs } from '../../support/programs.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

interface Operation {
  operationId: string;
  tags: string[];
  security: object[];
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<
    string,
    {
      content?: Record<string, { schema?: object }>;
      links?: Record<string, { operationId: string }>;
    }
  >;
}
interface OpenApi {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let server: TestServer;
let text: string;
let document: OpenApi;
beforeAll(async () => {
  server = await startTestServer();
  const answer = await server.call('GET', '/api/openapi.json', undefined, null);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  text = answer.text;
  document = JSON.parse(text) as OpenApi;
});
afterAll(async () => await server.close());

const operation = (method: string, url: string): Operation => {
  const found = document.paths[url]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`${method} ${url} is not described`);
  return found;
};

describe('the OpenAPI document', () => {
  test('is OpenAPI 3.1 without complaints of the linter', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      // Sign-in with a browser and downloads succeed with a redirect.
      rules: { 'operation-2xx-response': 'off' },
    });
    const problems = await lintFromString({ source: text, config });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
    ).toEqual([]);
    expect(document.openapi).toBe('3.1.0');
  });

  test('has an example body for everything that is created with attributes, which the endpoint accepts', () => {
    const made = allEndpoints(server.platform).filter(
      ({ access, method, body, url }) =>
        access === 'account' &&
        method === 'POST' &&
        body !== undefined &&
        !/\/(actions|relationships)\//.test(url),
    );
    for (const { body, bodyShape, example, url } of made) {
      if (example === undefined) continue;
      expect([url, (bodyShape ?? body)?.safeParse(example).error?.issues ?? []]).toEqual([url, []]);
    }
    const shown = made.filter(({ example }) => example !== undefined).map(({ url }) => url);
    expect(shown.length).toBeGreaterThan(15);
    expect(operation('POST', '/api/v2/runs').requestBody?.content).toMatchObject({
      'application/vnd.api+json': { example: { data: { type: 'runs' } } },
    });
  });

  test('links what was created to the operations on it', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = new Set(operations.map(({ operationId }) => operationId));
    const { links = {} } = operation('POST', '/api/v2/runs').responses['201'] ?? {};
    expect(Object.keys(links)).toEqual(expect.arrayContaining(['readRun', 'applyRun', 'cancelRun']));
    const all = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap((answer) => Object.values(answer.links ?? {})),
    );
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter(({ operationId }) => !ids.has(operationId))).toEqual([]);
  });

  test('has every endpoint with its answers', () => {
    for (const { method, url, answers } of allEndpoints(server.platform)) {
      const { responses } = operation(method, url.replaceAll(/:([A-Za-z]+)/g, '{$1}'));
      const declared = Object.keys(responses).filter((status) => Object.hasOwn(answers, status));
      expect([method, url, declared.length]).not.toEqual([method, url, 0]);
    }
  });

  test('describes how a run is created and read', () => {
    const create = operation('POST', '/api/v2/runs');
    expect(create).toMatchObject({ operationId: 'createRun', tags: ['Runs'], security: [{ token: [] }] });
    expect(JSON.stringify(create.requestBody)).toContain('"#/components/schemas/CreateRunRequest"');
    expect(JSON.stringify(document.components.schemas['CreateRunRequest'])).toContain('target-addrs');
    const read = operation('GET', '/api/v2/runs/{id}');
    expect(read.parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ['id', 'path', true],
      ['include', 'query', false],
    ]);
    expect(JSON.stringify(read.responses['200'])).toContain('"#/components/schemas/RunDocument"');
    expect(JSON.stringify(document.components.schemas['RunDocument'])).toContain(
      '"#/components/schemas/Run"',
    );
    expect(JSON.stringify(read.responses['404'])).toContain('"#/components/schemas/Errors"');
    expect(JSON.stringify(document.components.schemas['Run'])).toContain('status-timestamps');
  });

  test('names each body schema once, and lists the values of include and sort', () => {
    const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    for (const { operationId, requestBody, parameters } of all) {
      for (const { schema } of Object.values(requestBody?.content ?? {}) as { schema?: object }[]) {
        expect([operationId, Object.keys(schema ?? {})[0]]).toEqual([
          operationId,
          expect.stringMatching(/^(\$ref|type)$/),
        ]);
      }
      for (const { name, ...parameter } of parameters) {
        if (name !== 'include' && name !== 'sort') continue;
        expect([operationId, JSON.stringify(parameter)]).toEqual([
          operationId,
          expect.stringContaining('"enum":['),
        ]);
      }
    }
  });

  test('says in words the rules that a schema cannot state', () => {
    const request = JSON.stringify(document.components.schemas['CreateWorkspaceOfOrganizationRequest']);
    expect(request).toContain('"description":"Must be a folder inside the configuration');
    expect(request).toContain('Cannot be set together with execution-mode. Cannot be set together with');
  });

  test('asks for no token where none is needed', () => {
    expect(operation('GET', '/api/v2/ping').security).toEqual([]);
    expect(operation('POST', '/api/agent/v1/claim').security).toEqual([{ agentToken: [] }]);
  });
});

describe('the interactive reference', () => {
  test('loads only files of this server, and its policy allows nothing else', async () => {
    const page = await server.call('GET', '/api/docs', undefined, null);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '');
    expect(parts.length).toBeGreaterThanOrEqual(4);
    for (const part of parts) {
      expect(part).toMatch(/^\/api\//);
      const answer = await server.call('GET', part, undefined, null);
      expect([part, answer.status, answer.text.length > 100]).toEqual([part, 200, true]);
    }
  });

  test.each(['package.json', '..%2Fpackage.json', 'absolute-path.js', 'constructor', '%00'])(
    'does not send %s',
    async (name) => {
      expect((await server.call('GET', `/api/docs/${name}`, undefined, null)).status).toBe(404);
    },
  );
});

needs('chromium')('in a browser', () => {
  test('the reference shows every group of endpoints, and its policy blocks none of its parts', async () => {
    const browser = await startBrowser();
    try {
      const { page } = browser;
      await page.goto(`${server.url}/api/docs`);
      const groups = document.tags.map(({ name }) => `operations-tag-${name.replaceAll(' ', '_')}`);
      const shown = await vi.waitUntil(
        async () => {
          const ids = await page.evaluate<string[]>(
            `[...document.querySelectorAll('h3.opblock-tag')].map(({ id }) => id)`,
          );
          return ids.length > 0 ? ids : undefined;
        },
        { timeout: 50_000, interval: 200 },
      );
      expect(shown.toSorted()).toEqual(groups.toSorted());
      expect(browser.complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
