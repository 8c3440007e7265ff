import { describe, expect, it } from 'vitest';
import { describeFlagProblem, flagsFor, isFlagVariable } from './engine-flags.ts';

describe('flags from variables', () => {
  it.each([
    ['TFE_PARALLELISM', '1', ['-parallelism=1'], ['-parallelism=1']],
    [
      'TF_CLI_ARGS',
      '-parallelism=2 -compact-warnings',
      ['-parallelism=2', '-compact-warnings'],
      ['-parallelism=2', '-compact-warnings'],
    ],
    ['TF_CLI_ARGS_plan', '-parallelism 3', ['-parallelism=3'], []],
    ['TF_CLI_ARGS_apply', '--parallelism=4 -lock-timeout=5m', [], ['-parallelism=4', '-lock-timeout=5m']],
    ['TF_CLI_ARGS', '-refresh=false', ['-refresh=false'], []],
    ['TF_CLI_ARGS_plan', '-var-file="env/prod.tfvars"', ['-var-file=env/prod.tfvars'], []],
    ['TF_CLI_ARGS_plan', '  ', [], []],
  ])('%s=%s', (key, value, plan, apply) => {
    expect(describeFlagProblem(key, value)).toBeUndefined();
    expect(flagsFor('plan', [{ key, value }])).toEqual(plan);
    expect(flagsFor('apply', [{ key, value }])).toEqual(apply);
  });

  it.each([
    ['TFE_PARALLELISM', '0', 'whole number from 1'],
    ['TFE_PARALLELISM', '-1', 'whole number from 1'],
    ['TFE_PARALLELISM', '1 -destroy', 'whole number from 1'],
    ['TF_CLI_ARGS_plan', '-destroy', 'make a run with is-destroy'],
    ['TF_CLI_ARGS_plan', '-target=a.b', 'target-addrs'],
    ['TF_CLI_ARGS_apply', '-var x=1', 'set a variable'],
    ['TF_CLI_ARGS_apply', '-var-file=a.tfvars', 'cannot be given here'],
    ['TF_CLI_ARGS_apply', '-refresh=false', 'cannot be given here'],
    ['TF_CLI_ARGS', '-chdir=..', 'working-directory'],
    ['TF_CLI_ARGS', '-parallelism=many', '-parallelism=4'],
    ['TF_CLI_ARGS', '-parallelism', '-parallelism=4'],
    ['TF_CLI_ARGS_plan', '-var-file=/etc/passwd', 'a file of the configuration'],
    ['TF_CLI_ARGS_plan', '-var-file=../x', 'a file of the configuration'],
    ['TF_CLI_ARGS', '-state=/tmp/x', 'leave it out'],
    ['TF_CLI_ARGS', 'planfile', 'each beginning with -'],
    ['TF_CLI_ARGS', '-no-color $(rm x)', 'without'],
    ['TF_CLI_ARGS', '-no-color "', 'without'],
    ['TF_CLI_ARGS', '-constructor', 'leave it out'],
  ])('%s=%s is refused with an alternative', (key, value, text) => {
    expect(describeFlagProblem(key, value)).toContain(text);
    expect(flagsFor('plan', [{ key, value }])).toEqual([]);
  });

  it('come from four variables; of several with one name the last counts', () => {
    expect(
      ['TFE_PARALLELISM', 'TF_CLI_ARGS', 'TF_CLI_ARGS_plan', 'TF_CLI_ARGS_apply'].every(isFlagVariable),
    ).toBe(true);
    expect(['TF_CLI_ARGS_init', 'TF_CLI_ARGS_show', 'toString'].some(isFlagVariable)).toBe(false);
    const twice = [
      { key: 'TFE_PARALLELISM', value: '1' },
      { key: 'TFE_PARALLELISM', value: '2' },
      { key: 'TF_CLI_ARGS_plan', value: '-parallelism=3' },
    ];
    expect(flagsFor('plan', twice)).toEqual(['-parallelism=2', '-parallelism=3']);
  });
});
