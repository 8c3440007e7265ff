import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from './masker.ts';
import { canBeMasked, spellingsOf } from './spellings.ts';

const secretText = fc
  .string({
    unit: fc.oneof(
      { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 1 }) },
      fc.constantFrom('!', ' ', "'", '(', ')', '*', '"', '\\', '<', '>', '&', '%', '+', '/', '$', '{', '\t'),
      fc.constantFrom('é', 'e\u0301', '\u2028', '日', '🔑', '\u0001', '\u007f'),
    ),
    minLength: 8,
    maxLength: 60,
  })
  .filter((text) => text.trim().length >= 8 && canBeMasked(text));

const goJson = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const queryEscape = (text: string): string =>
  new URLSearchParams([['', text]]).toString().slice(1).replaceAll('*', '%2A').replaceAll('%7E', '~');

const XML_NAMES: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** The results of terraform's functions for a secret, and the part of each that must be hidden. */
const makers: Record<
  string,
  (secret: string, before: string, after: string) => { text: string; core: string }
> = {
  raw: (s, b, a) => ({ text: b + s + a, core: s }),
  urlencode: (s, b, a) => ({ text: b + queryEscape(s) + a, core: queryEscape(s) }),
  'urlencode in lower hex': (s, b, a) => {
    const form = queryEscape(s).replace(/%../g, (hex) => hex.toLowerCase());
    return { text: b + form + a, core: form };
  },
  encodeURIComponent: (s, b, a) => ({ text: b + encodeURIComponent(s) + a, core: encodeURIComponent(s) }),
  jsonencode: (s, b, a) => ({ text: b + goJson(s) + a, core: goJson(s).slice(1, -1) }),
  'jsonencode twice': (s, b, a) => {
    const twice = goJson(goJson(s));
    return { text: b + twice + a, core: twice.slice(3, -3) };
  },
  'JSON without HTML escapes': (s, b, a) => ({
    text: b + JSON.stringify(s) + a,
    core: JSON.stringify(s).slice(1, -1),
  }),
  'ASCII JSON in upper hex': (s, b, a) => {
    const form = JSON.stringify(s)
      .slice(1, -1)
      .replace(
        /[\u007f-\uffff]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
      );
    return { text: b + form + a, core: form };
  },
  base64encode: (s, b, a) => base64(Buffer.from(b + s + a), Buffer.byteLength(b), Buffer.byteLength(s)),
  'base64encode of jsonencode': (s, b, a) => {
    const inner = goJson(s).slice(1, -1);
    return base64(Buffer.from(b + inner + a), Buffer.byteLength(b), Buffer.byteLength(inner));
  },
  'base64 for URLs': (s, b, a) => {
    const { text, core } = base64(Buffer.from(b + s + a), Buffer.byteLength(b), Buffer.byteLength(s));
    const forUrl = (each: string) => each.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    return { text: forUrl(text), core: forUrl(core) };
  },
  textencodebase64: (s, b, a) =>
    base64(
      Buffer.from(b + s + a, 'utf16le'),
      Buffer.byteLength(b, 'utf16le'),
      Buffer.byteLength(s, 'utf16le'),
    ),
  'textencodebase64 of UTF-16BE': (s, b, a) => {
    const bytes = (text: string) => Buffer.from(text, 'utf16le').swap16();
    return base64(bytes(b + s + a), bytes(b).length, bytes(s).length);
  },
  'a composed text': (s, b, a) => ({ text: b + s.normalize('NFC') + a, core: s.normalize('NFC') }),
  XML: (s, b, a) => {
    const form = s.replace(/[&<>"']/g, (c) => `&${XML_NAMES[c] ?? ''};`);
    return { text: b + form + a, core: form };
  },
  hex: (s, b, a) => ({ text: b + Buffer.from(s).toString('hex') + a, core: Buffer.from(s).toString('hex') }),
  HEX: (s, b, a) => {
    const form = Buffer.from(s).toString('hex').toUpperCase();
    return { text: b + form + a, core: form };
  },
  'HCL template': (s, b, a) => {
    const form = JSON.stringify(s)
      .slice(1, -1)
      .replace(/([$%])\{/g, '$1$1{');
    return { text: b + form + a, core: form };
  },
};

/** The letters that come only from the secret's bits. */
function base64(bytes: Buffer, from: number, length: number): { text: string; core: string } {
  const text = bytes.toString('base64');
  return {
    text,
    core: text.slice(Math.ceil((from * 4) / 3), Math.floor(((from + length) * 4) / 3)),
  };
}

describe('the spellings of a secret', () => {
  it.each(Object.keys(makers))('hide it as %s in any text, however it is cut', (name) => {
    fc.assert(
      fc.property(
        ...[secretText, fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), fc.array(fc.nat(9))],
        (secret, before, after, sizes) => {
          const { text, core } = (makers[name] as (typeof makers)[string])(secret, before, after);
          const stream = createMasker(spellingsOf(secret)).stream();
          const bytes = Buffer.from(text);
          const out: Buffer[] = [];
          let at = 0;
          for (const size of sizes) {
            out.push(stream.write(bytes.subarray(at, at + size)));
            at += size;
          }
          out.push(stream.write(bytes.subarray(at)), stream.end());
          const masked = Buffer.concat(out).toString();
          expect(text).toContain(core);
          expect(masked).toContain('***');
          expect(masked).not.toContain(core);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('hide a text of several lines as terraform indents it, and each of its lines', () => {
    const secret = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n  indented\r\nab\n';
    const masker = createMasker(spellingsOf(secret));
    const drawn = secret
      .split('\n')
      .map((line) => `            ${line}`)
      .join('\n');
    expect(masker.text(drawn)).toBe(`${' '.repeat(12)}***\n${' '.repeat(12)}`);
    expect(masker.text('a MIIEvQIBADANBgkq b\nc indented d\nab')).toBe('a *** b\nc *** d\nab');
    expect(masker.text(`x ${JSON.stringify(secret)} y`)).toBe('x "***" y');
  });

  it('hide logins of registries: a login in base64, in a document in base64', () => {
    const document = {
      auths: { 'r.example': { auth: Buffer.from('user:hunter2-hunter2').toString('base64') } },
    };
    const text = Buffer.from(JSON.stringify(document)).toString('base64');
    expect(createMasker(spellingsOf('hunter2-hunter2')).text(text)).toContain('***');
  });

  it('do not exist for a short or common text, nor for a hash', () => {
    expect([spellingsOf('short').size, spellingsOf('default').size, spellingsOf('').size]).toEqual([0, 0, 0]);
    const hash = createHash('sha256').update('hunter2-hunter2').digest('hex');
    expect(createMasker(spellingsOf('hunter2-hunter2')).text(hash)).toBe(hash);
  });
});
