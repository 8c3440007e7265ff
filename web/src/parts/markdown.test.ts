import { expect, test } from 'vitest';
import { readMarkdown, readSpans } from './markdown.ts';

test('headings, lists, code, quotes and paragraphs are read, and HTML stays text', () => {
  const source = [
    '# The shop #',
    '',
    'One line',
    'and its end. <script>alert(1)</script>',
    '- first',
    '  goes on',
    '- second',
    '1. one',
    '```hcl',
    '# no heading',
    '```',
    '> said',
    '| a | b |',
    '---',
  ].join('\r\n');
  expect(readMarkdown(source)).toEqual([
    { kind: 'heading', level: 1, text: 'The shop' },
    { kind: 'paragraph', text: 'One line and its end. <script>alert(1)</script>' },
    { kind: 'list', isOrdered: false, items: ['first goes on', 'second', 'one'] },
    { kind: 'code', text: '# no heading' },
    { kind: 'quote', text: 'said' },
    { kind: 'code', text: '| a | b |' },
  ]);
});

test('only addresses of the web are links, and pictures are their texts', () => {
  expect(
    readSpans(
      'See [docs](https://example.com/a "t"), [bad](javascript:alert(1)) ![logo](https://e.com/x.png) `a*b`',
    ),
  ).toEqual([
    { kind: 'text', text: 'See ' },
    { kind: 'link', text: 'docs', address: 'https://example.com/a' },
    { kind: 'text', text: ', ' },
    { kind: 'text', text: 'bad' },
    { kind: 'text', text: ') ' },
    { kind: 'text', text: 'logo' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'a*b' },
  ]);
  expect(readSpans('**so** *it* is')).toEqual([
    { kind: 'strong', text: 'so' },
    { kind: 'text', text: ' ' },
    { kind: 'em', text: 'it' },
    { kind: 'text', text: ' is' },
  ]);
});

test('a text of nothing but marks does not take longer with each of them', () => {
  const marks = '[('.repeat(50_000);
  expect(readSpans(marks)).toEqual([{ kind: 'text', text: marks }]);
  expect(readMarkdown('- '.repeat(100_000))).toEqual([]);
  const heading = `${'#'.repeat(100_000)}a`;
  expect(readMarkdown(`# ${heading}`)).toEqual([{ kind: 'heading', level: 1, text: heading }]);
});
