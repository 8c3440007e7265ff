import { describe, expect, it } from 'vitest';
import type { StepVariable } from '../../protocol/agent.ts';
import { collectSecretPatterns } from './secret-patterns.ts';

const variable = (value: string, rest: Partial<StepVariable> = {}): StepVariable => ({
  ...{ key: 'k', value, category: 'terraform', form: 'string', sensitive: true },
  ...rest,
});

const patternsOf = (variables: StepVariable[], sshKey: string | null = null): string[] =>
  collectSecretPatterns({ variables, sshKey, runToken: null });

describe('collectSecretPatterns', () => {
  it('gives the spellings of a sensitive value: raw, JSON, Go JSON, base64, URL', () => {
    const patterns = patternsOf([variable('p<w>"&é/')]);
    expect(patterns).toEqual(
      expect.arrayContaining([
        'p<w>"&é/',
        'p<w>\\"&é/',
        'p\\u003cw\\u003e\\"\\u0026é/',
        Buffer.from('p<w>"&é/').toString('base64').replace(/=+$/, ''),
        'p%3Cw%3E%22%26%C3%A9%2F',
      ]),
    );
  });

  it('looks into HCL values, for strings that are not keys', () => {
    const patterns = patternsOf([variable('{ "username" = "the-password" }', { form: 'hcl' })]);
    expect(patterns).toContain('the-password');
    expect(patterns).not.toContain('username');
  });

  it('gives each long line of a text, as terraform indents them', () => {
    const patterns = patternsOf([variable('-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nab\n')]);
    expect(patterns).toContain('MIIEvQIBADANBgkq');
    expect(patterns).not.toContain('ab');
  });

  it('gives the lines of an SSH key, each by itself', () => {
    const patterns = patternsOf([], '-----BEGIN KEY-----\r\nMIIEvQIBADANBgkq\r\n-----END KEY-----\r\n');
    expect(patterns).toContain('MIIEvQIBADANBgkq');
    expect(patterns.filter((pattern) => pattern.includes('\n'))).toEqual([]);
  });

  it('leaves alone what is short, common, or not sensitive', () => {
    const variables = [variable('true'), variable('default'), variable('open-to-all', { sensitive: false })];
    expect(patternsOf(variables).filter((p) => ['true', 'default', 'open-to-all'].includes(p))).toEqual([]);
  });
});
