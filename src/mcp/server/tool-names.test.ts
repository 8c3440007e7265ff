import { expect, test } from 'vitest';
import { readWishes } from '../http/wishes.ts';
import { startStandAlone } from '../http/stand-alone.ts';
import { DEFAULT_GATES } from '../safety/gates.ts';
import { connect } from '../stdio.ts';
import { connectTools } from '../testing/tool-caller.ts';

const ENV = { TFC_TOKEN: 'secret-token', TFC_ADDRESS: 'https://tf.example.com' };

test.each(['TFC_EXCLUDE_TOOLS', 'TFC_TOOLS'])(
  'a tool that is misspelt in %s leaves no gate open',
  async (name) => {
    const env = { ...ENV, [name]: 'get_run_details,aply_run' };
    const said = `${name}: "aply_run" is not a tool, did you mean "apply_run"?`;
    expect(connect(env, '0').client).toMatchObject({
      code: 'invalid_argument',
      happened: expect.stringContaining(said) as string,
    });
    const options = { host: '127.0.0.1', port: 0, url: undefined, useOwnToken: false, version: '0' };
    await expect(startStandAlone(env, options)).rejects.toThrow(said);
  },
);

test('tools that exist can be named', () => {
  const env = { ...ENV, TFC_TOOLS: 'apply_run, get_run_details', TFC_EXCLUDE_TOOLS: 'apply_run' };
  expect(connect(env, '0').gates).toMatchObject({
    tools: ['apply_run', 'get_run_details'],
    excludedTools: ['apply_run'],
  });
});

test.each([
  ['without a token', { TFC_TOKEN: '' }],
  ['with an address that is none', { TFC_ADDRESS: 'ftp://nowhere' }],
])('gates hold %s', async (_, env) => {
  const settings = connect(
    { ...ENV, READ_ONLY_TOOLS: 'true', TFC_TOOLSETS: 'runs,state', HOME: '/nonexistent', ...env },
    '0',
  );
  expect(settings.client).toHaveProperty('happened');
  const { client, gates } = settings;
  const tools = await connectTools(client, { gates: gates ?? DEFAULT_GATES });
  const listed = (await tools.client.listTools()).tools;
  await tools.close();
  expect(listed.length).toBeGreaterThan(5);
  expect(listed.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
  expect(listed.map(({ name }) => name)).not.toContain('list_workspaces');
});

test('a header with a tool that does not exist is refused', () => {
  const read = (name: string, value: string) => readWishes(new Headers({ [name]: value }));
  expect(read('x-mcp-exclude-tools', 'apply-run')).toBe(
    'X-MCP-Exclude-Tools: "apply-run" is not a tool, did you mean "apply_run"?',
  );
  expect(read('x-mcp-tools', 'apply_run,zork')).toBe('X-MCP-Tools: "zork" is not a tool');
  expect(read('x-mcp-exclude-tools', 'apply_run')).toMatchObject({ excludedTools: ['apply_run'] });
});
