import { expect, test } from 'vitest';
import { wholeCharacters } from './whole-characters.ts';

test.each(['a', 'é', '€', '😀', 'plain €'])('every cut in %j is moved to the character before', (text) => {
  const bytes = Buffer.from(text);
  for (let end = 0; end <= bytes.length; end += 1) {
    const whole = bytes.subarray(0, wholeCharacters(bytes.subarray(0, end)));
    expect(whole.toString()).not.toContain('\ufffd');
    expect(text.startsWith(whole.toString())).toBe(true);
    expect(end - whole.length).toBeLessThan(4);
  }
  expect(wholeCharacters(bytes)).toBe(bytes.length);
});

test.each([[[0x80]], [[0xff]], [[0xc0]], [[0xf8, 0x80]], [[0x80, 0x80, 0x80, 0x80]], [[0x61, 0xc1]]])(
  'no byte is held back in %j, which is no character',
  (bytes) => {
    expect(wholeCharacters(Uint8Array.from(bytes))).toBe(bytes.length);
  },
);
