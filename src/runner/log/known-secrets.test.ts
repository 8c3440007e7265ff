import { describe, expect, it } from 'vitest';
import type { StepVariable } from '../../protocol/agent.ts';
import { collectSecrets } from './known-secrets.ts';

const variable = (value: string, rest: Partial<StepVariable> = {}): StepVariable => ({
  ...{ key: 'k', value, category: 'terraform', form: 'string', sensitive: true },
  ...rest,
});

const collect = (variables: StepVariable[], sshKey: string | null = null) =>
  collectSecrets({ variables, sshKey, runToken: null });

const mask = (text: string, ...variables: StepVariable[]): string => collect(variables).masker.text(text);

describe('collectSecrets', () => {
  it('knows sensitive values, and no others', () => {
    const variables = [variable('hunter2-hunter2'), variable('open-to-all', { sensitive: false })];
    expect(mask('hunter2-hunter2 open-to-all', ...variables)).toBe('*** open-to-all');
  });

  it('looks into HCL values, for texts and numbers that are not keys', () => {
    const hcl = variable('{ "username" = "the-pass\\u00e9\\"word$${a}", n = [12345678], "key6789" : "v2" }', {
      form: 'hcl',
    });
    expect(mask('username the-passé"word${a} 12345678 key6789', hcl)).toBe('username *** *** key6789');
  });

  it('looks into documents that the configuration may decode', () => {
    const account = variable(JSON.stringify({ type: 'account', private_key: 'line one\nab\nline three\n' }));
    expect(mask('<<EOT\n  line one\n  ab\n  line three\nEOT account', account)).toBe('<<EOT\n  ***\nEOT ***');
  });

  it('knows a number as terraform writes it', () => {
    for (const [written, shown] of [
      ['001234567.00', '1234567'],
      ['1.234567e9', '1234567000'],
      ['-12345678.5E-3', '-12345.6785'],
      ['1234567e-10', '0.0001234567'],
      ['0.00001234567e+12', '12345670'],
    ] as const) {
      expect(mask(`x = ${shown}`, variable(written))).toBe('x = ***');
      expect(mask(`x = ${shown}`, variable(`[${written}]`, { form: 'hcl' }))).toBe('x = ***');
    }
  });

  it('knows each line of an SSH key', () => {
    const key = '-----BEGIN KEY-----\r\nMIIEvQIBADANBgkq\r\n-----END KEY-----\r\n';
    expect(collect([], key).masker.text('error in MIIEvQIBADANBgkq')).toBe('error in ***');
  });

  it('knows the lines of a key whose line breaks are written as letters', () => {
    const key = variable('-----BEGIN KEY-----\\nMIIEvQIBADANBgkq\\r\\nQWERTYUIOPasdf\\n-----END KEY-----');
    expect(mask('MIIEvQIBADANBgkq or QWERTYUIOPasdf', key)).toBe('*** or ***');
    expect(mask('<<-EOT\n  -----BEGIN KEY-----\n  MIIEvQIBADANBgkq\n', key)).toBe('<<-EOT\n  ***\n  ***\n');
  });

  it('names the variables whose values cannot be masked, each once', () => {
    const variables = [
      ...[
        variable('true', { key: 'flag' }),
        variable('default', { key: 'word' }),
        variable('', { key: 'empty' }),
      ],
      ...[
        variable('a\nb', { key: 'short' }),
        variable('long-enough', { key: 'fine' }),
        variable('x', { key: 'flag' }),
      ],
      variable('[1, "ab"]', { key: 'list', form: 'hcl' }),
      variable('no', { key: 'open', sensitive: false }),
    ];
    expect([...collect(variables).unmasked].sort()).toEqual(['flag', 'short', 'word']);
  });

  it('hides values of megabytes only as they are, and says so', () => {
    const long = Array.from({ length: 40_000 }, (_, index) => `line ${index} of a long document`).join('\n');
    const { masker, partlyMasked } = collect([
      variable(long, { key: 'long' }),
      variable('hunter2!hunter2', { key: 'p' }),
    ]);
    expect(partlyMasked).toEqual(['long']);
    expect(masker.text('a line 12345 of a long document, hunter2%21hunter2')).toBe('a ***, ***');
  });
});
