import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from './masking.ts';

function maskInChunks(text: string, patterns: string[], sizes: number[]): string {
  const masker = createMasker(patterns);
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    out.push(masker.write(bytes.subarray(at, at + size)));
    at += size;
  }
  out.push(masker.write(bytes.subarray(at)), masker.end());
  return Buffer.concat(out).toString();
}

describe('createMasker', () => {
  it('hides a secret that comes in two pieces, and keeps the rest as it is', () => {
    expect(maskInChunks('a hunter2-hunter2 b', ['hunter2-hunter2'], [7])).toBe('a *** b');
  });

  it('holds back no more than may be the start of a secret', () => {
    const masker = createMasker(['secret-value']);
    expect(masker.write(Buffer.from('plain sec')).toString()).toBe('plain ');
    expect(masker.write(Buffer.from('ond')).toString()).toBe('second');
  });

  it('prefers the longer of two secrets that start alike, wherever the border is', () => {
    for (let size = 0; size <= 16; size++) {
      expect(maskInChunks('x abcdef-ghijkl y', ['abcdef', 'abcdef-ghijkl'], [size])).toBe('x *** y');
    }
  });

  it('finds a secret whose end looks like its start', () => {
    for (let size = 0; size <= 8; size++)
      expect(maskInChunks('-abcXabc-', ['abcXabc'], [size])).toBe('-***-');
  });

  it('lets through bytes that are no text', () => {
    const masker = createMasker(['sécret']);
    const bytes = Buffer.from([0xff, 0xc3, 0x00, 0x80]);
    expect(Buffer.concat([masker.write(bytes), masker.end()])).toEqual(bytes);
    expect(maskInChunks('un sécret ici', ['sécret'], [5])).toBe('un *** ici');
  });

  it('gives the same however the text is cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 5 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(letters, { maxLength: 3 }), fc.array(fc.nat(6)), (body, patterns, sizes) => {
        expect(maskInChunks(body, patterns, sizes)).toBe(maskInChunks(body, patterns, []));
      }),
      { numRuns: 2_000 },
    );
  });
});
