import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALL_GATES, connectTools, type ToolAnswer, type ToolCaller } from '../testing/tool-caller.ts';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { CAPABILITY, SENSITIVE, TOKEN } from '../testing/fake-resources.ts';
import { ALL_CALLS, TOOL_CALLS } from '../testing/tool-calls.ts';
import { TOOLS } from './table.ts';

let platform: FakePlatform;
let tools: ToolCaller;
const sizes: [tool: string, text: number, structured: number][] = [];
beforeAll(async () => {
  platform = await startFakePlatform();
  tools = await connectTools(platform.address, { gates: ALL_GATES, token: TOKEN, hidden: [TOKEN] });
});
afterAll(async () => {
  const largest = sizes.toSorted((a, b) => b[2] - a[2]).slice(0, 5);
  process.stdout.write(`largest results (text, structured): ${JSON.stringify(largest)}\n`);
  await tools.close();
  await platform.close();
});

test('every tool is called', () => {
  expect(TOOL_CALLS.map(({ tool }) => tool)).toEqual(TOOLS.map(({ name }) => name));
});

for (const { tool, args, requests } of ALL_CALLS) {
  test(`${tool} ${JSON.stringify(args).slice(0, 60)} sends what is expected and answers in both forms`, async () => {
    platform.take();
    const answer = await tools.call(tool, args);
    expect([answer.isError, answer.text.split('\n')[0]]).toEqual([false, expect.any(String)]);
    expect(platform.take().toSorted()).toEqual([...requests].toSorted());
    expect(platform.takeWrong()).toEqual([]);
    expectSafe(answer);
    expectSameFacts(answer);
    sizes.push([tool, answer.text.length, JSON.stringify(answer.result).length]);
    // The size of a default answer (mcp §4.1.1).
    expect(JSON.stringify(answer.result).length).toBeLessThan(6_000);
    expect(answer.text.length).toBeLessThan(6_000);
  });
}

test('no error is longer than 2 KB, and its next step is whole', async () => {
  const misspelt = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`plan_onlly_${index}`, true]),
  );
  const { isError, text } = await tools.call('create_run', { workspace_id: 'ws-1', params: misspelt });
  expect([isError, text.length < 2_048]).toEqual([true, true]);
  expect(text).toMatch(/Next step: correct the arguments named above and call again\.$/);
});

/** No credential, no secret, no invisible character, and no foreign line that could pass for one of ours. */
function expectSafe(answer: ToolAnswer): void {
  const ours = answer.text.replace(/<(data-\w+)>[^]*?<\/\1>/g, '');
  expect(ours.split('\n').filter((line) => line.startsWith('Warning: the user agreed'))).toEqual([]);
  const everything = `${answer.text}${JSON.stringify(answer.result)}`;
  for (const secret of [CAPABILITY, SENSITIVE, TOKEN]) expect(everything).not.toContain(secret);
  expect(everything).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e\u200b]/);
  expect(everything).not.toContain('\\u202e');
}

/** Compares texts without line breaks and escapes: foreign words are quoted on one line. */
const flat = (text: string): string => text.replaceAll('\\', '').replaceAll(/\s+/g, ' ');

/** Clients show only one of the two forms. */
function expectSameFacts({ text, result }: ToolAnswer): void {
  expect(result).toBeDefined();
  for (const [name, value] of Object.entries(result?.summary ?? {})) {
    if (typeof value === 'boolean') expect(text).toContain(`${name}: ${String(value)}`);
    if (typeof value === 'number') expect(text).toContain(String(value));
    if (typeof value === 'string') expect(flat(text)).toContain(flat(value).slice(0, 60));
  }
  for (const warning of result?.warnings ?? []) expect(text).toContain(warning);
  for (const { tool } of result?.next_actions ?? []) expect(text).toContain(`Next: ${tool}`);
}
