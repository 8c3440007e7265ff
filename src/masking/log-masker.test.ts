import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogMasker } from './log-masker.ts';
import { createMasker } from './masker.ts';
import { spellingsOf } from './spellings.ts';

function maskLog(log: string, secrets: string[], sizes: number[] = []): string {
  const masker = createLogMasker(createMasker(secrets.flatMap((secret) => [...spellingsOf(secret)])));
  const bytes = Buffer.from(log);
  const out: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    out.push(masker.write(bytes.subarray(at, at + size)));
    at += size;
  }
  out.push(masker.write(bytes.subarray(at)), masker.end());
  return Buffer.concat(out).toString();
}

const line = (fields: object, message = 'x'): string =>
  `${JSON.stringify({ '@level': 'info', '@message': message, '@module': 'terraform.ui', ...fields })}\n`;

describe('the mask of a log', () => {
  it('leaves the keys and words of the protocol, whatever the secrets are', () => {
    const log =
      line({ type: 'version', terraform: '1.11.4', ui: '1.2' }, 'Terraform 1.11.4') +
      line(
        { type: 'planned_change', change: { resource: { addr: 'a.planned' }, action: 'create' } },
        'planned',
      ) +
      line({ type: 'outputs', outputs: { output: { sensitive: false, type: 'string', value: 'version' } } });
    const secrets = [
      'version',
      'planned',
      'create',
      'outputs',
      'output',
      '@level',
      '@message',
      'resource',
      '1.11.4',
    ];
    const masked = maskLog(log, secrets);
    expect(masked).toBe(
      line({ type: 'version', terraform: '1.11.4', ui: '1.2' }, 'Terraform ***') +
        line({ type: 'planned_change', change: { resource: { addr: 'a.***' }, action: 'create' } }, '***') +
        line({ type: 'outputs', outputs: { output: { sensitive: false, type: 'string', value: '***' } } }),
    );
  });

  it('hides the keys and numbers in an output, and no other number', () => {
    const value = { 'the-key-secret': [123456789, 1.5] };
    const type = ['object', { 'the-key-secret': ['list', 'number'] }];
    const log = line({ type: 'outputs', outputs: { o: { type, value } }, elapsed_seconds: 123456789 });
    const masked = JSON.parse(maskLog(log, ['123456789', 'the-key-secret'])) as Record<string, unknown>;
    expect(masked).toMatchObject({
      outputs: { o: { type: ['object', { '***': ['list', 'number'] }], value: { '***': ['***', 1.5] } } },
      elapsed_seconds: 123456789,
    });
  });

  it('keeps a line without a secret byte for byte, and the text around a secret', () => {
    const open = '{"@message": "a\\u003cb \\/", "n":12345678901234567890, "e": 1E400}\n';
    expect(maskLog(open, ['hunter2-hunter2'])).toBe(open);
    const secret = open.replace('"a', '"hunter2-hunter2');
    expect(maskLog(secret, ['hunter2-hunter2'])).toBe(open.replace('"a', '"***').replace('\\/', '/'));
  });

  it('never breaks an escape that a secret looks like a part of', () => {
    const masked = maskLog(line({}, 'a\nabcdefg b'), ['nabcdefg', 'abcdefg']);
    expect(JSON.parse(masked)).toMatchObject({ '@message': 'a\n*** b' });
  });

  it('treats a line that only begins like JSON, and a whole log for people, as text', () => {
    const log =
      '{ "a": "hunter2-hunter2"\n{"@message": hunter2-hunter2\n{"b":"hunter2-hunter2"}\nhunter2-hunter2';
    expect(maskLog(log, ['hunter2-hunter2'])).toBe(log.replaceAll('hunter2-hunter2', '***'));
    expect(maskLog('x {\n{"a":\n"line b"}\n', ['{"a":\n"line b"}'])).toBe('x {\n***\n');
  });

  it('shows no secret however lines and text are mixed and cut, and only valid JSON', () => {
    const secret = fc.string({ minLength: 8, maxLength: 20 }).filter((text) => text.trim().length >= 8);
    fc.assert(
      fc.property(
        ...[
          secret,
          fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 4 }),
          fc.array(fc.nat(30)),
        ],
        (hidden, around, sizes) => {
          const message = around.join(` ${hidden} `) + hidden;
          const log = `${line({ diagnostic: { detail: message } }, message)}text ${hidden} text\n${line({}, message)}`;
          const masked = maskLog(log, [hidden], sizes);
          const [first = '', text, last = ''] = masked.split('\n');
          expect(text?.replace(/ +/g, ' ')).toBe('text *** text');
          for (const each of [first, last]) expect(JSON.stringify(JSON.parse(each))).not.toContain(hidden);
          expect(maskLog(log, [hidden])).toBe(masked);
        },
      ),
      { numRuns: 200 },
    );
  });
});
