import { describe, expect, test } from 'vitest';
import { instructionsFor } from './instructions.ts';
import { connect } from '../stdio.ts';
import { connectTools } from '../testing/tool-caller.ts';

const UNUSABLE = {
  'without a token': {},
  'with an address that is none': { TFC_TOKEN: 'secret-token', TFC_ADDRESS: 'no address' },
};

const GATED = {
  'nothing but reading': { READ_ONLY_TOOLS: 'true', ENABLE_DELETE_TOOLS: 'true' },
  'tools that delete': { ENABLE_DELETE_TOOLS: 'true' },
  'one toolset': { TFC_TOOLSETS: 'core' },
  'two tools': { TFC_TOOLS: 'whoami, get_run_details' },
  'all but one tool': { TFC_EXCLUDE_TOOLS: 'create_run' },
  'tools for access': { ENABLE_ACCESS_TOOLS: 'true' },
};

async function offered(env: Record<string, string>) {
  const { client, gates } = connect({ HOME: '/nonexistent', ...env }, '0.0.0-test');
  const tools = await connectTools(client, gates === undefined ? {} : { gates });
  const names = (await tools.client.listTools()).tools.map(({ name }) => name);
  const answer = await tools.call('get_run_details', { run_id: 'run-nothing1nothing1' });
  const instructions = tools.client.getInstructions();
  await tools.close();
  return { names, answer, instructions, gates };
}

describe.each(Object.entries(UNUSABLE))('%s', (_title, unusable) => {
  test.each(Object.entries(GATED))('%s offers the same tools as with a token', async (_gate, gate) => {
    const closed = await offered({ ...unusable, ...gate });
    const usable = await offered({ TFC_TOKEN: 'secret-token', TFC_ADDRESS: 'http://127.0.0.1:9', ...gate });
    expect(closed.names).toEqual(usable.names);
    expect(closed.instructions).toBe(usable.gates === undefined ? '' : instructionsFor(usable.gates));
    expect(closed.answer.isError).toBe(true);
    expect(closed.answer.text).toContain('nothing was sent');
  });
});

test('a misspelt gate opens nothing: only tools that need no gate are offered, and no call is made', async () => {
  const { names, answer } = await offered({ TFC_TOKEN: 'secret-token', READ_ONLY_TOOLS: 'ture' });
  expect(names.filter((name) => name.startsWith('delete_'))).toEqual([]);
  expect(answer.text).toContain('READ_ONLY_TOOLS');
});
