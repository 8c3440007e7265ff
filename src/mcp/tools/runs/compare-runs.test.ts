import { afterEach, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../../testing/fake-platform.ts';
import { IDS, SENSITIVE, TOKEN } from '../../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const change = (address: string, actions: string[], before: unknown, after: unknown, more: object = {}) => ({
  address,
  type: 'terraform_data',
  change: { actions, before, after, after_unknown: {}, ...more },
});
const plan = (changes: unknown[], outputs: object = {}) => ({
  resource_changes: changes,
  output_changes: outputs,
});
const update = (input: unknown, more: object = {}) =>
  change('terraform_data.a', ['update'], { input: 'small' }, { input, tags: ['x'] }, more);

async function compare(one: unknown, other: unknown, form: 'full' | 'redacted' = 'full') {
  const route = (run: string) => `GET runs/${run}/plan/json-output${form === 'redacted' ? '-redacted' : ''}`;
  const hidden = form === 'redacted' ? { status: 403 } : undefined;
  platform = await startFakePlatform({
    [route(IDS.run)]: { body: JSON.stringify(one) },
    [route(IDS.otherRun)]: { body: JSON.stringify(other) },
    ...(hidden === undefined
      ? {}
      : {
          [`GET runs/${IDS.run}/plan/json-output`]: hidden,
          [`GET runs/${IDS.otherRun}/plan/json-output`]: hidden,
        }),
  });
  tools = await connectTools(platform.address, { token: TOKEN });
  const answer = await tools.call('compare_runs', { run_id: IDS.run, other_run_id: IDS.otherRun });
  return { text: answer.text, summary: answer.result?.summary ?? {}, data: answer.result?.data };
}

test('the same plan twice is identical', async () => {
  const { summary } = await compare(plan([update('medium')]), plan([update('medium')]));
  expect(summary).toMatchObject({ same_actions: true, identical: true, other_values: 0, not_compared: 0 });
});

test.each([
  ['a value', update('medium'), update('x1.32xlarge'), ['input']],
  ['a type of value', update('1'), update(1), ['input']],
  ['null and nothing', update(null), update(undefined), ['input']],
  ['a nested value', update({ a: [1, { b: 2 }] }), update({ a: [1, { b: 3 }] }), ['input']],
  ['what is known', update('m'), update('m', { after_unknown: { input: true } }), ['input']],
  [
    'a created one',
    change('terraform_data.a', ['create'], null, { input: 'a' }),
    change('terraform_data.a', ['create'], null, { input: 'b' }),
    ['input'],
  ],
  [
    'what is there before',
    change('terraform_data.a', ['delete'], { id: '1' }, null),
    change('terraform_data.a', ['delete'], { id: '2' }, null),
    ['id'],
  ],
])('plans that differ only in %s are not identical', async (_, one, other, attributes) => {
  const { summary, text, data } = await compare(plan([one]), plan([other]));
  expect(summary).toMatchObject({ same_actions: true, identical: false, other_values: 1 });
  expect(data).toMatchObject({ other_values: [{ address: 'terraform_data.a', attributes }] });
  expect(text).toContain(`- terraform_data.a [${attributes.join(', ')}]`);
});

test('plans that differ only in a sensitive value are not identical, and the value is not shown', async () => {
  const mark = { after_sensitive: { input: true } };
  const { summary, text } = await compare(
    plan([update(SENSITIVE, mark)]),
    plan([update(`${SENSITIVE}2`, mark)]),
  );
  expect(summary['identical']).toBe(false);
  expect(text).not.toContain(SENSITIVE);
});

test('values hidden from the caller are not called the same', async () => {
  const one = plan([update('(sensitive)', { after_sensitive: { input: true } })]);
  const { summary, text } = await compare(one, one, 'redacted');
  expect(summary).toMatchObject({ identical: null, same_actions: true, not_compared: 1 });
  expect(text).toContain('were not compared');
});

test('outputs are compared too', async () => {
  const output = (after: unknown) => ({ url: { actions: ['update'], before: 'a', after } });
  const differs = await compare(plan([], output('b')), plan([], output('c')));
  expect(differs.summary).toMatchObject({ identical: false });
  await tools?.close();
  await platform?.close();
  const missing = await compare(plan([], output('b')), plan([]));
  expect(missing.summary).toMatchObject({ identical: false });
  expect(missing.text).toContain('output.url');
});

test('a different action is reported as before', async () => {
  const { summary } = await compare(
    plan([update('a')]),
    plan([change('terraform_data.a', ['delete', 'create'], { input: 'small' }, { input: 'a' })]),
  );
  expect(summary).toMatchObject({ other_action: 1, same_actions: false, identical: false });
});
