import { expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

test.each([
  ['\u202Egnp.exe', '‹U+202E›gnp.exe'],
  ['zero\u200Bwidth\uFEFF', 'zero‹U+200B›width‹U+FEFF›'],
  ['\u2066isolated\u2069', '‹U+2066›isolated‹U+2069›'],
  ['عربى and 日本語 and 🎉', 'عربى and 日本語 and 🎉'],
])('%j is shown as %s', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});
