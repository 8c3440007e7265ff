import { expect, test } from 'vitest';
import { readWishes } from './http/wishes.ts';
import { startStandAlone } from './http/stand-alone.ts';
import { connect } from './stdio.ts';

const ENV = { TFC_TOKEN: 'secret-token', TFC_ADDRESS: 'https://tf.example.com' };

test.each(['TFC_EXCLUDE_TOOLS', 'TFC_TOOLS'])(
  'a tool that is misspelt in %s is no open gate',
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

test('a header with a tool that does not exist is refused', () => {
  const read = (name: string, value: string) => readWishes(new Headers({ [name]: value }));
  expect(read('x-mcp-exclude-tools', 'apply-run')).toBe(
    'X-MCP-Exclude-Tools: "apply-run" is not a tool, did you mean "apply_run"?',
  );
  expect(read('x-mcp-tools', 'apply_run,zork')).toBe('X-MCP-Tools: "zork" is not a tool');
  expect(read('x-mcp-exclude-tools', 'apply_run')).toMatchObject({ excludedTools: ['apply_run'] });
});
