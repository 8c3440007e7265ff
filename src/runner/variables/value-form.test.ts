import { describe, expect, it } from 'vitest';
import type { StepVariable } from '../../protocol/agent.ts';
import { parseExpression } from './hcl-parser.ts';
import { decideForm } from './value-form.ts';

const decide = (value: string, form: StepVariable['form'] = 'auto') =>
  decideForm({ key: 'k', value, category: 'terraform', form, sensitive: false }, parseExpression);

describe('decideForm', () => {
  it.each([
    ...[
      '"production"',
      '[1,2]',
      '{a=1}',
      '{"a":1}',
      'true',
      'null',
      '-3',
      '1.5',
      '1e3',
      '1234567890123456789',
      '123456789012345678901234',
      '[]',
      '{}',
      '"a$${x}"',
      '"%%{y}"',
    ],
    ...['<<EOT\nhi\nEOT', ' [\n1,\n2]\n', '{a=1,b=[true,{c="x"}]}', '1 # one', '"a\\nb"', '{"a b" = null}'],
  ])('treats the literal %j as HCL', async (value) => expect(await decide(value)).toBe('hcl'));

  it.each([
    ...[
      'production',
      'us-east-1',
      '10.0.0.0/16',
      '2024-01-01',
      '',
      ' ',
      'a,b',
      '"unterminated',
      '1 + 1',
      '[1][0]',
    ],
    ...[
      'file("/etc/passwd")',
      '"${var.x}"',
      '"${file("x")}"',
      '"a${1}b"',
      '[for x in [1]: x]',
      'true ? 1 : 2',
    ],
    ...[
      '{(var.a)=1}',
      '[file("x")]',
      '{a=var.b}',
      '1\nb = 2',
      '1) \n b = (2',
      '!true',
      '-"a"',
      '{a=1}.a',
      '#',
    ],
    ...['arn:aws:iam::1:role/x', '-----BEGIN KEY-----', '/etc/x', '123abc', '007', '1.10', '01e3'],
  ])('treats %j as a string', async (value) => expect(await decide(value)).toBe('string'));

  it('does not parse a value that is marked as a string', async () => {
    expect(await decide('[1,2]', 'string')).toBe('string');
  });

  it('takes any single expression that is marked as HCL; terraform checks whether it is allowed', async () => {
    expect(await decide('[for x in [1]: x]', 'hcl')).toBe('hcl');
    await expect(decide('1\nb = 2', 'hcl')).rejects.toThrow('"k" is no HCL expression');
    await expect(decide('1) \n b = (2', 'hcl')).rejects.toThrow('"k" is no HCL expression');
    await expect(decide('', 'hcl')).rejects.toMatchObject({
      message: 'The value of variable "k" is no HCL expression',
      detail: expect.stringContaining('set hcl to false') as string,
    });
  });

  it('survives a value made to break the parser', async () => {
    const form = await decide('['.repeat(20_000)).catch((error: unknown) => String(error));
    expect(['string', expect.stringContaining('cannot be parsed')]).toContainEqual(form);
    expect(await decide('[1, [2]]')).toBe('hcl');
  });

  it('keeps a value that breaks the parser from affecting values read beside it', async () => {
    const breaking = ['['.repeat(20_000), '('.repeat(20_000), '{a='.repeat(20_000), '-'.repeat(20_000)];
    const forms = await Promise.all(
      breaking.flatMap((value) => [decide(value).catch(() => 'refused'), decide('[1, [2]]')]),
    );
    expect(forms.filter((_, index) => index % 2 === 1)).toEqual(breaking.map(() => 'hcl'));
    expect(forms.filter((_, index) => index % 2 === 0)).not.toContain('hcl');
  });
});
