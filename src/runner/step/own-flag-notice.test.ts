import { expect, it } from 'vitest';
import { createNoticeFilter } from './own-flag-notice.ts';

const NOTICE = 'Deprecated flag: -state';
const BOX = `╷\n│ Warning: ${NOTICE}\n│ \n│ Use path instead\n╵\n`;
const JSON_LINE = `{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"${NOTICE}"}}\n`;

function filter(parts: readonly string[]): string {
  let text = '';
  const notice = createNoticeFilter((lines) => (text += lines.toString()));
  for (const part of parts) notice.write(Buffer.from(part));
  notice.end();
  return text;
}

it.each([
  ['in a frame', [`${BOX}Plan: 1 to add\n`], 'Plan: 1 to add\n'],
  ['in a frame that comes line by line', BOX.split(/(?<=\n)/), ''],
  [
    'as a line of JSON',
    [`{"type":"version"}\n${JSON_LINE}{"type":"x"}\n`],
    '{"type":"version"}\n{"type":"x"}\n',
  ],
])('a notice about the runner’s own flag is left out: %s', (_how, parts, text) =>
  expect(filter(parts)).toBe(text),
);

it.each([
  ['another warning', ['╷\n│ Warning: Value for undeclared variable\n╵\nPlan\n']],
  ['a frame that is never closed', ['╷\n│ Error: it broke\n']],
  ['the same words, once things have begun to happen', [`1\n2\n3\n4\n${BOX}`]],
  ['no text', ['']],
])('%s passes unchanged', (_what, parts) => expect(filter(parts)).toBe(parts.join('')));
