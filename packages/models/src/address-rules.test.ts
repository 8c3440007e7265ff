import { describe, expect, it } from 'vitest';
import {
  ReplaceAddress,
  TargetAddress,
  isReplaceAddress,
  isTargetAddress,
  replaceAddressProblem,
  targetAddressProblem,
} from './address-rules.ts';

describe('a target', () => {
  it.each([
    'module.network',
    'module.network[0]',
    'module.a["k"].module.b',
    'aws_instance.web_servers',
    'aws_instance.web[0]',
    'data.aws_ami.ubuntu',
    'module.a["k"].data.aws_ami.x[0]',
  ])('may be %s', (text) => {
    expect(isTargetAddress(text)).toBe(true);
  });

  it.each(['', 'aws_instance', '-var=x', 'aws_instance.web;', 'aws_instance.web\n', 'aws_instance.web.'])(
    'may not be %j',
    (text) => {
      expect(isTargetAddress(text)).toBe(false);
    },
  );
});

describe('an address to replace', () => {
  it.each([
    'aws_instance.web',
    'aws_instance.web[0]',
    'aws_instance.web["a"]',
    'module.database.aws_db_instance.main',
  ])('may be %s', (text) => {
    expect(isReplaceAddress(text)).toBe(true);
  });

  it.each([
    ['module.network', 'a module cannot be replaced'],
    ['data.aws_ami.ubuntu', 'a data source cannot be replaced'],
    ['module.a.data.aws_ami.ubuntu', 'a data source cannot be replaced'],
    ['ephemeral.vault_token.t', 'an ephemeral resource cannot be replaced'],
    ['aws_instance', 'expected "."'],
  ])('may not be %s', (text, why) => {
    expect(isReplaceAddress(text)).toBe(false);
    expect(replaceAddressProblem(text)).toContain(why);
  });
});

it('spaces around an address are not part of it', () => {
  expect(TargetAddress.parse(' \tmodule.network  ')).toBe('module.network');
  expect(ReplaceAddress.parse(' aws_instance.web["a b"]')).toBe('aws_instance.web["a b"]');
  for (const text of ['aws_instance. web', 'aws_instance.web\n', ' '])
    expect(TargetAddress.safeParse(text).success, text).toBe(false);
});

describe('the error for a bad address', () => {
  it('names it, on one line, whatever its content and length', () => {
    const problem = targetAddressProblem(`a.b\n${'x'.repeat(1000)}`);
    expect(problem).toMatch(
      /^"a\.b\\nx+…" is not a valid resource address here: expected the end of the address/,
    );
    expect(problem?.length).toBeLessThan(250);
    expect(problem).not.toContain('\n');
  });
});
