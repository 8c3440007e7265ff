import { expect, test } from 'vitest';
import { holdOutput } from './held-output.ts';

const SUMMARIES = [
  'Inconsistent dependency lock file',
  'Required plugins are not installed',
  'Module not installed',
  'Module source has changed',
  'Backend initialization required, please run "terraform init"',
  'Backend initialization required, please run "tofu init"',
];
const VERSION = '{"@level":"info","@message":"Terraform 1.11.4","type":"version","terraform":"1.11.4"}\n';
const asJson = (summary: string) =>
  `${VERSION}${JSON.stringify({
    '@level': 'error',
    '@message': `Error: ${summary}`,
    type: 'diagnostic',
    diagnostic: { severity: 'error', summary, detail: 'Some more.' },
  })}\n`;
const asText = (summary: string) =>
  `\u001b[31m╷\u001b[0m\u001b[0m\n\u001b[31m│\u001b[0m \u001b[0m\u001b[1m\u001b[31mError: \u001b[0m\u001b[0m\u001b[1m${summary}\u001b[0m\n\u001b[31m│\u001b[0m \u001b[0m\n\u001b[31m│\u001b[0m \u001b[0mSome more.\n\u001b[31m╵\u001b[0m\u001b[0m\n`;

function hold(isStructured: boolean) {
  const logged: string[] = [];
  const to = (lines: Buffer) => void logged.push(lines.toString());
  return { held: holdOutput({ onOutput: to, onErrors: to }, isStructured), logged };
}

for (const [form, isStructured, write] of [
  ['JSON', true, asJson],
  ['text', false, asText],
] as const) {
  test.each(SUMMARIES)(`a plan whose ${form} only says %j asks for an init, and is not seen`, (summary) => {
    const { held, logged } = hold(isStructured);
    held.onOutput(Buffer.from(write(summary)));
    expect(held.asksForInit()).toBe(true);
    held.release();
    expect(logged).toEqual([]);
  });

  test(`any other error in ${form} is the plan's own, and is shown`, () => {
    const { held, logged } = hold(isStructured);
    const said = write('Unsupported argument');
    held.onOutput(Buffer.from(said));
    expect(held.asksForInit()).toBe(false);
    held.release();
    expect(logged.join('')).toBe(said);
  });
}

test('an error after a plan is under way does not ask for an init', () => {
  const { held, logged } = hold(true);
  held.onOutput(Buffer.from(`${VERSION}{"@message":"a: Refreshing","type":"refresh_start"}\n`));
  held.onOutput(Buffer.from(asJson('Module not installed')));
  expect(held.asksForInit()).toBe(false);
  expect(logged).toHaveLength(2);
});
