import { describe, expect, test } from 'vitest';
import { TOOLS } from '../tools/table.ts';
import { readMcpSettings, SettingsProblem } from '../settings.ts';
import { DEFAULT_GATES, describeGates, isOpen, tightenGates } from './gates.ts';

const openWith = (env: NodeJS.ProcessEnv): string[] => {
  const { gates } = readMcpSettings(env);
  return TOOLS.filter((tool) => isOpen(tool, gates)).map(({ name }) => name);
};

const named = (isMeant: (tool: (typeof TOOLS)[number]) => boolean): string[] =>
  TOOLS.filter(isMeant).map(({ name }) => name);
const usual = named(({ kind, toolsets }) => kind !== 'delete' && !toolsets.includes('access'));

describe('the set of tools', () => {
  test('without settings holds all tools except those that delete or give access', () => {
    const open = openWith({});
    expect(open).toEqual(usual);
    expect(open).not.toContain('delete_workspace');
    expect(open).not.toContain('list_teams');
    expect(open).toContain('apply_run');
  });

  test('read-only wins over everything else', () => {
    const open = openWith({
      READ_ONLY_TOOLS: 'yes',
      ENABLE_DELETE_TOOLS: 'on',
      ENABLE_ACCESS_TOOLS: 'on',
      TFC_TOOLS: 'apply_run,get_run_details',
    });
    expect(open).toEqual(['get_run_details']);
    const kinds = TOOLS.filter(({ name }) => openWith({ READ_ONLY_TOOLS: '1' }).includes(name)).map(
      ({ kind }) => kind,
    );
    expect(new Set(kinds)).toEqual(new Set(['read']));
  });

  test('toolsets, single tools and exclusions narrow it down', () => {
    const core = named(({ toolsets }) => toolsets.includes('core'));
    expect(openWith({ TFC_TOOLSETS: 'core' })).toEqual(core);
    expect(openWith({ TFC_TOOLSETS: 'core, assessments' })).toHaveLength(core.length + 4);
    expect(openWith({ TFC_TOOLSETS: 'all' })).toEqual(usual);
    expect(openWith({ TFC_TOOLSETS: 'access', TFC_TOOLS: 'list_teams' })).toEqual([]);
    expect(openWith({ TFC_TOOLSETS: 'access', ENABLE_ACCESS_TOOLS: 'true' })).toContain('list_teams');
    expect(openWith({ TFC_TOOLS: 'whoami' })).toEqual(['whoami']);
    expect(openWith({ TFC_TOOLSETS: 'core', TFC_EXCLUDE_TOOLS: 'apply_run' })).not.toContain('apply_run');
  });
});

describe('a setting without a meaning', () => {
  test.each([
    [{ TFC_TOOLSETS: 'cores' }, 'did you mean "core"?'],
    [{ READ_ONLY_TOOLS: 'maybe' }, 'READ_ONLY_TOOLS: "maybe" is neither true nor false'],
    [{ TFC_APPROVAL: 'sometimes' }, 'TFC_APPROVAL: "sometimes" is not one of auto, require, off'],
  ])('%o', (env, problem) => {
    expect(() => readMcpSettings(env)).toThrow(SettingsProblem);
    expect(() => readMcpSettings(env)).toThrow(problem);
  });

  test('an allow-list of nothing allows nothing', () => {
    expect(readMcpSettings({ TFC_ORG_ALLOWLIST: ',' }).gates.organizations).toEqual([]);
    expect(readMcpSettings({ TFC_ORG_ALLOWLIST: ' ' }).gates.organizations).toBeUndefined();
  });
});

test('a request can tighten the gates and never loosen them', () => {
  const gates = { ...DEFAULT_GATES, toolsets: ['core', 'runs'] as const, organizations: ['acme'] };
  const loosened = tightenGates(gates, {
    readOnly: false,
    allowDelete: true,
    allowAccess: true,
    toolsets: ['core', 'state'],
    organizations: ['acme', 'other'],
    allowStateSecrets: true,
  });
  expect(loosened).toEqual({ ...gates, toolsets: ['core'], organizations: ['acme'] });
  expect(tightenGates(gates, { readOnly: true }).readOnly).toBe(true);
});

test('the closed gates are listed in words', () => {
  const text = describeGates({ ...DEFAULT_GATES, organizations: ['acme'] }).join(' ');
  expect(text).toContain('ENABLE_DELETE_TOOLS');
  expect(text).toContain('ENABLE_ACCESS_TOOLS');
  expect(text).toContain('acme');
});
