import type {
  OrganizationSettings,
  ProjectFields,
  TeamFields,
  VariableFields,
  VariableSetFields,
  WorkspaceAttributes,
  WorkspaceSettings,
} from '@runwright/client';
import { kebabToSnake } from '@runwright/models';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { connectTools } from '../../src/mcp/testing/tool-caller.ts';
import { OrganizationChange } from '../../src/server/organizations/attributes.ts';
import { ProjectChange } from '../../src/server/projects/attributes.ts';
import type { TeamSettings } from '../../src/server/teams/service.ts';
import { SetChange } from '../../src/server/variable-sets/attributes.ts';
import { VariableChange } from '../../src/server/variables/attributes.ts';
import { WorkspaceChange } from '../../src/server/workspaces/attributes.ts';
import type { WorkspaceSchema } from '../../src/server/workspaces/document.ts';

/** The type without its index signature, which stands for attributes of other servers. */
type Known<T> = { [Name in keyof T as string extends Name ? never : Name]: T[Name] };
type Frozen<T> = T extends object ? { readonly [Name in keyof T]: Frozen<T[Name]> } : T;
/** Keys of a change that the client's type lacks. */
type Unknown<Change, Fields> = Exclude<keyof Change, keyof Known<Fields>>;

/** Attributes that only say that a feature is missing. */
type Absent =
  | 'vcs-repo'
  | 'hyok-enabled'
  | 'stacks-enabled'
  | 'max-ttl-enabled'
  | 'enforce-hyok'
  | 'registry-monorepo-support-enabled'
  | 'global-module-sharing'
  | 'global-provider-sharing'
  | 'recoverable-items-enabled'
  | 'saml-enabled'
  | 'stacks-default-execution-mode';

// The compiler checks these tests: a violation fails `npm run check:types`.
test("the client's types know every attribute that the server takes", () => {
  type Workspace = z.input<typeof WorkspaceChange>;
  expectTypeOf<Exclude<Unknown<Workspace, WorkspaceSettings>, Absent>>().toEqualTypeOf<never>();
  expectTypeOf<Known<WorkspaceSettings>>().toExtend<Frozen<Omit<Workspace, Absent>>>();
  type Organization = z.input<typeof OrganizationChange>;
  expectTypeOf<Exclude<Unknown<Organization, OrganizationSettings>, Absent>>().toEqualTypeOf<never>();
  type Project = z.input<typeof ProjectChange>;
  expectTypeOf<Exclude<Unknown<Project, ProjectFields>, Absent>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<z.input<typeof VariableChange>, VariableFields>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<z.input<typeof SetChange>, VariableSetFields>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<TeamSettings, TeamFields>>().toEqualTypeOf<never>();
});

test("the client's type of a workspace knows every attribute that the server shows", () => {
  type Shown = z.output<typeof WorkspaceSchema>['attributes'];
  expectTypeOf<Exclude<keyof Shown, keyof WorkspaceAttributes>>().toEqualTypeOf<never>();
  expectTypeOf<Frozen<Shown>>().toExtend<WorkspaceAttributes>();
});

let params: Map<string, string[]>;
beforeAll(async () => {
  const tools = await connectTools({ code: 'unauthorized', happened: 'no token', next: 'set TFC_TOKEN' });
  params = new Map(
    (await tools.client.listTools()).tools.map(({ name, inputSchema }) => {
      const given = inputSchema.properties?.['params'] as { properties?: object } | undefined;
      return [name, Object.keys(given?.properties ?? {})];
    }),
  );
});

test.each([
  {
    tool: 'update_workspace',
    change: WorkspaceChange,
    relationships: ['project_id'],
    notOffered: [
      // These decide which applies need a person, so only people set them.
      ...['mcp-apply-approval', 'approval-rules', 'change-windows'],
      // execution_mode and agent_pool_id already cover these.
      ...['operations', 'setting-overwrites'],
      // This one is seldom set, and every model reads every parameter.
      ...['project-remote-state'],
      // These have no effect.
      ...['migration-environment', 'inherits-project-auto-destroy'],
      ...['vcs-repo', 'hyok-enabled'],
    ],
  },
  {
    tool: 'update_project',
    change: ProjectChange,
    relationships: ['tag_bindings'],
    notOffered: ['default-agent-pool-id', 'setting-overwrites', 'stacks-default-execution-mode'],
  },
  {
    tool: 'update_organization',
    change: OrganizationChange,
    relationships: [],
    notOffered: [
      // These decide whose tokens are accepted and where all runs are executed, so only people set them.
      ...['user-tokens-enabled', 'default-agent-pool-id', 'engine'],
      ...['send-passing-statuses-for-untriggered-speculative-plans', 'owners-team-saml-role-id'],
      ...['stacks-enabled', 'stacks-default-execution-mode', 'max-ttl-enabled', 'enforce-hyok'],
      ...['registry-monorepo-support-enabled', 'global-module-sharing', 'global-provider-sharing'],
      ...['recoverable-items-enabled', 'saml-enabled'],
    ],
  },
  { tool: 'update_workspace_variable', change: VariableChange, relationships: [], notOffered: [] },
  { tool: 'update_variable_in_variable_set', change: VariableChange, relationships: [], notOffered: [] },
  { tool: 'update_variable_set', change: SetChange, relationships: [], notOffered: [] },
])(
  '$tool takes every attribute that the server takes, except those listed here',
  ({ tool, change, relationships, notOffered }) => {
    const left: readonly string[] = notOffered;
    const taken = Object.keys(change.shape).filter((name) => !left.includes(name));
    expect(taken.length + left.length).toBe(Object.keys(change.shape).length);
    expect([...(params.get(tool) ?? [])].toSorted()).toEqual(
      [...taken.map(kebabToSnake), ...relationships].toSorted(),
    );
  },
);
