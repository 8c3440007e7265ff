import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from './masker.ts';

function maskInChunks(text: string, patterns: string[], sizes: number[]): string {
  const masker = createMasker(patterns).stream();
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

/** The expected result of a masker, by the simplest code: everything that any pattern covers is hidden. */
function maskPlainly(text: string, patterns: string[]): string {
  const isCovered = Array.from(text, () => false);
  for (const pattern of patterns)
    for (let at = text.indexOf(pattern); pattern !== '' && at !== -1; at = text.indexOf(pattern, at + 1))
      isCovered.fill(true, at, at + pattern.length);
  return Array.from(text, (char, at) =>
    isCovered[at] !== true ? char : isCovered[at - 1] === true ? '' : '***',
  ).join('');
}

describe('createMasker', () => {
  it('hides a secret that comes in two pieces, and keeps the rest unchanged', () => {
    expect(maskInChunks('a hunter2-hunter2 b', ['hunter2-hunter2'], [7])).toBe('a *** b');
  });

  it('holds back only bytes that may start a secret', () => {
    const masker = createMasker(['secret-value']).stream();
    expect(masker.write(Buffer.from('plain sec')).toString()).toBe('plain ');
    expect(masker.write(Buffer.from('ond')).toString()).toBe('second');
  });

  it('hides the whole of two secrets that start alike, or that overlap, wherever the border is', () => {
    for (let size = 0; size <= 16; size++) {
      expect(maskInChunks('x abcdef-ghijkl y', ['abcdef', 'abcdef-ghijkl'], [size])).toBe('x *** y');
      expect(maskInChunks('x abcdefghijkl y', ['abcdefgh', 'fghijkl'], [size])).toBe('x *** y');
    }
  });

  it('finds a secret whose end looks like its start', () => {
    for (let size = 0; size <= 8; size++)
      expect(maskInChunks('-abcXabc-', ['abcXabc'], [size])).toBe('-***-');
  });

  it('passes on bytes that are not text', () => {
    const masker = createMasker(['sécret']).stream();
    const bytes = Buffer.from([0xff, 0xc3, 0x00, 0x80]);
    expect(Buffer.concat([masker.write(bytes), masker.end()])).toEqual(bytes);
    expect(maskInChunks('un sécret ici', ['sécret'], [5])).toBe('un *** ici');
  });

  it('hides a secret that is indented, folded, coloured or framed', () => {
    const masker = createMasker(['correct horse battery', 'line one\nab\ncd']);
    expect(masker.text('"x correct\n      horse battery"')).toBe('"x ***"');
    expect(masker.text('<<-EOT\n    line one\n    ab\n    cd\n  EOT')).toBe('<<-EOT\n    ***\n  EOT');
    const framed = 'a correct\n\u001b[31m│\u001b[0m \u001b[0mhorse bat\u001b[4mtery b';
    for (let size = 0; size < 50; size++)
      expect(maskInChunks(framed, ['correct horse battery'], [size])).toBe('a *** b');
    expect(masker.text('a │ b \u001b[1mc \u001b')).toBe('a │ b \u001b[1mc \u001b');
  });

  it('does not treat spaces alone as a secret', () => {
    expect(createMasker(['      ', '\n']).text('a      b\n')).toBe('a      b\n');
  });

  it('keeps a text without a secret unchanged, lone surrogates included', () => {
    expect(createMasker(['secret']).text('a \ud83d b')).toBe('a \ud83d b');
    expect(createMasker([]).text('secret')).toBe('secret');
  });

  it('hides everything that any secret covers, and nothing else, however the text is cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 60 });
    fc.assert(
      fc.property(
        ...[text, fc.array(letters, { maxLength: 5 }), fc.array(fc.nat(6))],
        (body, patterns, sizes) => {
          expect(maskInChunks(body, patterns, sizes)).toBe(maskPlainly(body, patterns));
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
