import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readArguments } from './arguments.ts';
import { IDS } from '../testing/fake-resources.ts';
import { TOOL_CALLS } from '../testing/tool-calls.ts';
import { TOOLS } from '../tools/table.ts';

/** The arguments as a tool reads them, or the failure. */
function read(name: string, args: unknown) {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (!(tool?.input instanceof z.ZodObject)) throw new Error(`no tool ${name}`);
  const outcome = readArguments(tool.input, args);
  return 'args' in outcome ? outcome.args : outcome.failure.happened;
}

describe('null', () => {
  test('counts as left out in every optional argument of every tool', () => {
    for (const { tool, args } of TOOL_CALLS) {
      const { input } = TOOLS.find(({ name }) => name === tool) ?? {};
      if (!(input instanceof z.ZodObject)) throw new Error(`no tool ${tool}`);
      const optional = Object.keys(input.shape).filter(
        (name) => !(name in args) && (input.shape[name] as z.ZodType).safeParse(undefined).success,
      );
      const nulls = Object.fromEntries(optional.map((name) => [name, null]));
      expect([tool, read(tool, { ...args, ...nulls })]).toEqual([tool, read(tool, args)]);
    }
  });

  test('leaves a parameter of a new run to its default, in either spelling', () => {
    const params = { message: null, plan_only: true, 'auto-apply': null, refresh: null, variables: null };
    expect(read('create_run', { workspace_id: IDS.workspace, params })).toMatchObject({
      params: { plan_only: true, refresh: true },
    });
    expect(read('create_run', { workspace_id: IDS.workspace, params: null })).toEqual({
      workspace_id: IDS.workspace,
    });
  });

  test('does not pass for a required value, nor hide a misspelt name', () => {
    expect(read('apply_run', { run_id: null })).toContain('run_id:');
    const params = { variables: [{ key: 'a', value: null }] };
    expect(read('create_run', { workspace_id: IDS.workspace, params })).toContain('params.variables.0.value');
    expect(read('create_run', { workspace_id: IDS.workspace, params: { plan_onlly: null } })).toContain(
      'did you mean "plan_only"?',
    );
  });

  test('does not silently turn into a change without effect', () => {
    const named = { organization: 'acme', workspace_name: 'network' };
    expect(read('update_workspace', { ...named, params: { auto_apply: null } })).toContain(
      'params.auto_apply',
    );
    expect(read('update_workspace', { ...named, params: { description: null } })).toMatchObject({
      params: { description: null },
    });
  });
});

describe('an empty text', () => {
  test('counts as left out in every optional argument of every tool that has no use for it', () => {
    for (const { tool, args } of TOOL_CALLS) {
      const { input } = TOOLS.find(({ name }) => name === tool) ?? {};
      if (!(input instanceof z.ZodObject)) throw new Error(`no tool ${tool}`);
      const optional = Object.keys(input.shape).filter(
        (name) => !(name in args) && (input.shape[name] as z.ZodType).safeParse(undefined).success,
      );
      const blanks = Object.fromEntries(optional.map((name) => [name, '']));
      const understood = Object.entries(read(tool, { ...args, ...blanks })).filter(
        ([, value]) => value !== '',
      );
      const given = Object.entries(read(tool, args)).filter(([, value]) => value !== '');
      expect([tool, Object.fromEntries(understood)]).toEqual([tool, Object.fromEntries(given)]);
    }
  });

  test('leaves a parameter of a new run to its default', () => {
    const params = { terraform_version: '', plan_only: true };
    expect(read('create_run', { workspace_id: IDS.workspace, params })).toMatchObject({
      params: { plan_only: true },
    });
  });

  test('does not pass for a required value, nor for a change', () => {
    expect(read('apply_run', { run_id: '' })).toContain('run_id:');
    expect(read('add_run_comment', { run_id: IDS.run, body: '' })).toContain('body:');
    const named = { organization: 'acme', workspace_name: 'network' };
    expect(read('update_workspace', { ...named, params: { auto_apply: '' } })).toContain('params.auto_apply');
  });
});

test('what is missing or wrong is said in words', () => {
  expect(read('get_run_details', {})).toContain('run_id: must be a string, and is missing.');
  expect(read('list_projects', { organization: 'a', page_size: 'many' })).not.toMatch(/Invalid|received|NaN/);
  expect(read('preview_run_action', { run_id: IDS.run, action: 'stop' })).toContain(
    'action: must be "apply", "discard", "cancel", "force_cancel" or "force_execute".',
  );
});
