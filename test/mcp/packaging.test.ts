import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { unzipSync } from 'fflate';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildProgram } from '../../src/cli/program.ts';
import { readMcpSettings } from '../../src/mcp/settings.ts';
import { startFakePlatform, type FakePlatform } from '../../src/mcp/testing/fake-platform.ts';
import { TOKEN } from '../../src/mcp/testing/fake-resources.ts';
import { readToolAnswer } from '../../src/mcp/testing/tool-caller.ts';
import { TOOLS } from '../../src/mcp/tools/table.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const readText = async (name: string): Promise<string> => await readFile(path.join(ROOT, name), 'utf8');
const readJson = async (name: string): Promise<unknown> => JSON.parse(await readText(name));
const Package = z.object({ name: z.string(), version: z.string(), mcpName: z.string() });
const readPackage = async () => Package.parse(await readJson('package.json'));

/** The environment variables that the server reads. */
function settingNames(): Set<string> {
  const asked = new Set<string>();
  readMcpSettings(
    new Proxy({} as NodeJS.ProcessEnv, {
      get: (_target, name) => void asked.add(String(name)),
    }),
  );
  return asked;
}

const Manifest = z.object({
  manifest_version: z.literal('0.3'),
  name: z.string(),
  version: z.string(),
  server: z.object({
    type: z.literal('node'),
    entry_point: z.string(),
    mcp_config: z.object({
      command: z.literal('node'),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
    }),
  }),
  user_config: z.record(
    z.string(),
    z.object({
      type: z.enum(['string', 'boolean']),
      title: z.string(),
      description: z.string(),
      required: z.boolean().optional(),
      sensitive: z.boolean().optional(),
      default: z.union([z.string(), z.boolean()]).optional(),
    }),
  ),
});

describe('the extension, unpacked in an otherwise empty folder', () => {
  let platform: FakePlatform;
  let folder: string;
  let manifest: z.infer<typeof Manifest>;
  beforeAll(async () => {
    platform = await startFakePlatform();
    folder = await mkdtemp(path.join(tmpdir(), 'runwright-mcpb-'));
    const file = path.join(folder, 'packed.mcpb');
    await promisify(execFile)(process.execPath, [path.join(ROOT, 'scripts/pack-mcpb.mjs'), file]);
    for (const [name, bytes] of Object.entries(unzipSync(await readFile(file)))) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), bytes);
    }
    manifest = Manifest.parse(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')));
  });
  afterAll(async () => {
    await platform.close();
    await rm(folder, { recursive: true });
  });

  /** Starts the extension as a client does: with the settings that the person filled in, and defaults for the rest. */
  async function start(filledIn: Record<string, string>) {
    const values = Object.fromEntries(
      Object.entries(manifest.user_config).map(([name, { default: value }]) => [
        `\${user_config.${name}}`,
        filledIn[name] ?? (value === undefined ? undefined : String(value)),
      ]),
    );
    const fill = (text: string): string => {
      const filled = text.replace('${__dirname}', folder);
      return values[filled] ?? filled;
    };
    const { command, args, env } = manifest.server.mcp_config;
    const transport = new StdioClientTransport({
      command,
      args: args.map(fill),
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
      cwd: folder,
      stderr: 'ignore',
    });
    const client = new Client({ name: 'test', version: '0' });
    await client.connect(transport);
    return client;
  }

  test('only reads until its person switches more on', async () => {
    const client = await start({ address: platform.address, token: TOKEN });
    expect(client.getServerVersion()).toMatchObject({
      name: 'runwright',
      version: (await readPackage()).version,
    });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      TOOLS.filter(({ kind, toolsets }) => kind === 'read' && !toolsets.includes('access')).map(
        ({ name }) => name,
      ),
    );
    const answer = readToolAnswer(await client.callTool({ name: 'whoami', arguments: {} }));
    expect([answer.isError, answer.result?.summary['username']]).toEqual([false, 'ann']);
    expect(platform.takeWrong()).toEqual([]);
    await client.close();
  });

  test('has every tool when all are switched on', async () => {
    const client = await start({
      address: platform.address,
      token: TOKEN,
      read_only: 'false',
      allow_delete: 'true',
      allow_access: 'true',
    });
    expect((await client.listTools()).tools).toHaveLength(TOOLS.length);
    await client.close();
  });

  test('asks only for existing settings, and for the token as a secret', () => {
    const { env } = manifest.server.mcp_config;
    for (const [name, value] of Object.entries(env)) {
      expect(settingNames()).toContain(name);
      expect(Object.keys(manifest.user_config)).toContain(/^\$\{user_config\.(\w+)\}$/.exec(value)?.[1]);
    }
    expect(manifest.user_config['token']).toMatchObject({ required: true, sensitive: true });
    expect(manifest.user_config['token']).not.toHaveProperty('default');
  });
});

const RegistryEntry = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z.string().regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().max(100),
  description: z.string().max(100),
  version: z.string(),
  packages: z.array(
    z.looseObject({
      identifier: z.string(),
      version: z.string(),
      environmentVariables: z.array(z.looseObject({ name: z.string(), isSecret: z.boolean().optional() })),
    }),
  ),
  remotes: z.array(z.looseObject({ url: z.string(), variables: z.record(z.string(), z.unknown()) })),
});

test('the entry for the registry names this version and existing settings', async () => {
  const { name, version, mcpName } = await readPackage();
  const entry = RegistryEntry.parse(await readJson('server.json'));
  expect([entry.name, entry.version]).toEqual([mcpName, version]);
  for (const { identifier, version: packaged, environmentVariables } of entry.packages) {
    expect([identifier, packaged]).toEqual([name, version]);
    for (const variable of environmentVariables) expect(settingNames()).toContain(variable.name);
    expect(environmentVariables.filter(({ isSecret }) => isSecret).map(({ name: secret }) => secret)).toEqual(
      ['TFC_TOKEN'],
    );
  }
  for (const { url, variables } of entry.remotes) {
    const named = [...url.matchAll(/\{(\w+)\}/g)].map(([, variable]) => variable);
    expect(Object.keys(variables)).toEqual(named);
  }
});

describe('the installation lines in docs/mcp.md', () => {
  const blocks = async (language: string): Promise<string[]> =>
    [...(await readText('docs/mcp.md')).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
      .filter(([, name]) => name === language)
      .map(([, , text = '']) => text);

  /** What a client starts, or the address that it calls. */
  const Started = z.strictObject({
    name: z.string().optional(),
    type: z.enum(['stdio', 'http']).optional(),
    command: z.literal('runwright').optional(),
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    url: z.url().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  });
  function check(started: z.infer<typeof Started>): void {
    for (const name of Object.keys(started.env ?? {})) expect(settingNames()).toContain(name);
    if (started.command === undefined) expect(started.url).toMatch(/\/mcp$/);
    else expect(started.args).toEqual(['mcp']);
  }

  test('contain valid JSON in the form that the client reads', async () => {
    const configurations = (await blocks('json')).map((text) => JSON.parse(text) as object);
    expect(configurations.length).toBeGreaterThanOrEqual(3);
    for (const configuration of configurations) {
      const servers = Object.entries(configuration).find(
        ([key]) => key === 'mcpServers' || key === 'servers',
      );
      for (const [name, server] of Object.entries((servers?.[1] ?? {}) as object)) {
        expect(name).toBe('runwright');
        check(Started.parse(server));
      }
    }
    const [vscode] = (await blocks('sh')).flatMap((text) => /code --add-mcp '(.*)'/.exec(text)?.[1] ?? []);
    check(Started.parse(JSON.parse(vscode ?? '')));
    const link = (await blocks('')).find((text) => text.startsWith('cursor://'));
    const config = new URL(link?.trim() ?? '').searchParams.get('config') ?? '';
    check(Started.parse(JSON.parse(Buffer.from(config, 'base64').toString('utf8'))));
  });

  test('contain shell lines with existing settings and flags', async () => {
    const lines = (await blocks('sh')).flatMap((text) => text.split('\n'));
    for (const client of ['claude', 'codex', 'gemini', 'code']) {
      expect(lines.filter((line) => line.startsWith(`${client} `)).length).toBeGreaterThan(0);
    }
    const mcp = buildProgram({ env: {} } as never, () => undefined).commands.find(
      (command) => command.name() === 'mcp',
    );
    const flags = mcp?.options.map(({ long }) => long) ?? [];
    expect(flags).toContain('--http');
    for (const line of lines) {
      for (const [, name] of line.matchAll(/(?:-e|--env) (\w+)=/g)) expect(settingNames()).toContain(name);
      const own = /(?:^|-- |runwright )runwright mcp(.*)$/.exec(line)?.[1] ?? '';
      for (const [flag] of own.matchAll(/--[\w-]+/g)) expect(flags).toContain(flag);
    }
  });
});
