import { expect, test } from 'vitest';
import { linesOf, readableLines } from './log-lines.ts';

test("terraform's JSON lines become their message", () => {
  const line = JSON.stringify({ '@message': 'Plan: 1 to add', type: 'change_summary' });
  expect(readableLines(line, 'plan')).toEqual(['Plan: 1 to add']);
});

test('each line of a message is a line of its own', () => {
  const line = JSON.stringify({ '@message': 'Error: one\ntwo\n\nthree', type: 'diagnostic', diagnostic: {} });
  expect(readableLines(line, 'plan')).toEqual(['Error: one', 'two', '', 'three']);
});

test('a diagnostic shows where and why', () => {
  const line = JSON.stringify({
    '@message': 'Error: Invalid reference',
    type: 'diagnostic',
    diagnostic: {
      severity: 'error',
      summary: 'Invalid reference',
      detail: 'First line.\nSecond line.',
      address: 'terraform_data.a',
      range: { filename: 'main.tf', start: { line: 7, column: 1 } },
    },
  });
  expect(readableLines(line, 'plan')).toEqual([
    'Error: Invalid reference',
    '  at main.tf:7, terraform_data.a',
    '  First line.',
    '  Second line.',
  ]);
});

test('lines for programs are left out, and an apply does not repeat the plan', () => {
  const line = (type: string): string => JSON.stringify({ '@message': 'x', type });
  expect(readableLines(line('outputs'), 'plan')).toEqual([]);
  expect(readableLines(line('planned_change'), 'plan')).toEqual(['x']);
  expect(readableLines(line('planned_change'), 'apply')).toEqual([]);
});

test('other lines stay unchanged, even if they look like JSON', () => {
  for (const line of ['Terraform v1.11.4', '{not json', '{"a":1}']) {
    expect(readableLines(line, 'plan')).toEqual([line]);
  }
});

test('a log cannot move the cursor, set the title or reverse the text', () => {
  expect(readableLines('\u001b[2J\u001b]0;title\u0007safe\u202e\r', 'plan')).toEqual(['safe']);
  const json = JSON.stringify({ '@message': '\u001b[31mred\u001b[0m\u0008' });
  expect(readableLines(json, 'plan')).toEqual(['red']);
});

test('lines are whole however the text arrives', async () => {
  async function* parts() {
    yield* ['ab', 'c\nde', '', '\n\nlast'];
  }
  const lines: string[] = [];
  for await (const line of linesOf(parts())) lines.push(line);
  expect(lines).toEqual(['abc', 'de', '', 'last']);
});
