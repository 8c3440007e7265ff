import { describe, expect, it } from 'vitest';
import type { Step, StepVariable } from '../../protocol/agent.ts';
import { makeEnvironment } from './environment.ts';

const paths = { homeFolder: '/h', temporaryFolder: '/t', cliConfigFile: '/c' };

function make(variables: Partial<StepVariable>[]): Record<string, string> {
  const step = {
    run: { id: 'run-1' },
    workspace: { id: 'ws-1', name: 'prod' },
    organization: { name: 'acme' },
    project: { name: 'P' },
    variables: variables.map((v) => ({
      category: 'env',
      form: 'string',
      sensitive: false,
      key: '',
      value: '',
      ...v,
    })),
  };
  return makeEnvironment(step as unknown as Step, paths);
}

describe('makeEnvironment', () => {
  it('is exactly what is documented, with nothing of the runner', () => {
    expect(make([])).toEqual({
      ...{ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/h', TMPDIR: '/t' },
      ...{ LANG: 'C.UTF-8', GOGC: '400', CHECKPOINT_DISABLE: '1' },
      ...{ TF_CLI_CONFIG_FILE: '/c', TF_IN_AUTOMATION: '1', TF_INPUT: '0' },
      ...{
        TFC_RUN_ID: 'run-1',
        TF_VAR_TFC_RUN_ID: 'run-1',
        TFC_WORKSPACE_ID: 'ws-1',
        TF_VAR_TFC_WORKSPACE_ID: 'ws-1',
      },
      ...{ TFC_WORKSPACE_NAME: 'prod', TF_VAR_TFC_WORKSPACE_NAME: 'prod' },
      ...{ TFC_WORKSPACE_SLUG: 'acme/prod', TF_VAR_TFC_WORKSPACE_SLUG: 'acme/prod' },
      ...{ TFC_PROJECT_NAME: 'P', TF_VAR_TFC_PROJECT_NAME: 'P' },
    });
  });

  it.each(['AWS_REGION', 'TF_VAR_x', 'TFC_AWS_PROVIDER_AUTH', 'GOGC', 'TF_TOKEN_example_com', 'https_proxy'])(
    'takes %s from the workspace',
    (key) => expect(make([{ key, value: 'v' }])[key]).toBe('v'),
  );

  it.each([
    ...[
      'TF_CLI_ARGS_init',
      'TF_CLI_ARGS_show',
      'TF_CLI_CONFIG_FILE',
      'TF_DATA_DIR',
      'TF_WORKSPACE',
      'TF_LOG',
      'TF_LOG_PATH',
    ],
    ...['TF_PLUGIN_CACHE_DIR', 'TF_HTTP_ADDRESS', 'PATH', 'HOME', 'LD_PRELOAD', 'NODE_OPTIONS', 'TFC_RUN_ID'],
    ...['TFC_WORKSPACE_NAME', 'TF_REATTACH_PROVIDERS', 'TF_INPUT', 'GLIBC_TUNABLES'],
  ])('refuses %s', (key) => expect(() => make([{ key, value: 'v' }])).toThrow('is reserved'));

  it('reads variables for flags, and does not pass them on', () => {
    expect(make([{ key: 'TF_CLI_ARGS_plan', value: '-parallelism=1' }])).not.toHaveProperty(
      'TF_CLI_ARGS_plan',
    );
    expect(() => make([{ key: 'TF_CLI_ARGS', value: '-destroy' }])).toThrow('"TF_CLI_ARGS" cannot be used');
  });

  it('refuses invalid names and values, and names them', () => {
    expect(() => make([{ key: 'A=B' }])).toThrow('"A=B" has no valid name');
    expect(() => make([{ key: 'A', value: 'x\0y' }])).toThrow('"A" contains a NUL');
  });

  it('lets the last variable of a name win, and lets none replace the facts', () => {
    const variables = [
      { key: 'A', value: '1' },
      { key: 'A', value: '2' },
      { key: 'TF_VAR_TFC_RUN_ID', value: 'forged' },
    ];
    expect(make(variables)).toMatchObject({ A: '2', TF_VAR_TFC_RUN_ID: 'run-1' });
  });
});
