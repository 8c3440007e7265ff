import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RunVariable, runVariableSchema } from './run-variable.ts';

const accepts = (variable: unknown) => RunVariable.safeParse(variable).success;

describe('RunVariable', () => {
  it("reads the specification's example", () => {
    const example: unknown = JSON.parse(
      readFileSync(new URL('./fixtures/run-variable.json', import.meta.url), 'utf8'),
    );
    expect(RunVariable.parse(example)).toEqual({ key: 'environment', value: 'production' });
  });

  it.each([
    [0, false],
    [1, true],
    [128, true],
    [129, false],
  ])('with a key of %i characters: accepted is %s', (length, accepted) => {
    expect(accepts({ key: 'k'.repeat(length), value: '' })).toBe(accepted);
  });

  it.each([
    [0, true],
    [256, true],
    [257, false],
  ])('with a value of %i characters: accepted is %s', (length, accepted) => {
    expect(accepts({ key: 'k', value: 'v'.repeat(length) })).toBe(accepted);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(accepts({ key: '😀'.repeat(128), value: '😀'.repeat(256) })).toBe(true);
    expect(accepts({ key: '😀'.repeat(129), value: '' })).toBe(false);
    expect(accepts({ key: 'k', value: '😀'.repeat(257) })).toBe(false);
  });

  it.each([
    [{ key: 'k' }],
    [{ value: 'v' }],
    [{ key: 'k', value: null }],
    [{ key: 'k', value: 1 }],
    [{ key: 1, value: 'v' }],
    [{ key: 'k', value: 'v', hcl: true }],
    [{ key: 'k', value: 'a\0b' }],
    ['k=v'],
    [null],
  ])('refuses %j', (variable) => {
    expect(accepts(variable)).toBe(false);
  });

  it('keeps the value as it was written', () => {
    const value = ' "quoted" ${x}\n';
    expect(RunVariable.parse({ key: 'k', value }).value).toBe(value);
  });

  it('names the length of a value that is too long', () => {
    const [issue] = RunVariable.safeParse({ key: 'k', value: 'v'.repeat(300) }).error?.issues ?? [];
    expect(issue).toMatchObject({ code: 'too_big', maximum: 256, path: ['value'] });
    expect(issue?.message).toContain('300 characters, at most 256');
  });

  it('accepts longer values if a server allows them', () => {
    const roomy = runVariableSchema(10_000);
    expect(roomy.safeParse({ key: 'k', value: 'v'.repeat(10_000) }).success).toBe(true);
    expect(roomy.safeParse({ key: 'k', value: 'v'.repeat(10_001) }).success).toBe(false);
  });
});
