import * as z from 'zod';
import { ApprovalRules, ChangeWindows } from '../approval-rules/settings.ts';
import { refusedBecause, refusedObject } from '../http/effect.ts';
import { OptionalId } from '../http/json-api.ts';
import { columnsFrom, inputsOf, storedIn } from '../http/stored-attributes.ts';
import { CLIENT_SETTINGS, triggersAgree } from './client-settings.ts';
import type { WorkspaceView } from './queries.ts';
import { isVersionRequest } from './version-request.ts';

const stored = storedIn<WorkspaceView>();
const Flag = z.boolean().optional();

const name = z
  .string()
  .min(1, 'must not be empty')
  .max(90, 'must have at most 90 characters')
  .regex(/^[A-Za-z0-9_-]+$/, 'may only contain letters, digits, - and _');

/**
 * The stored attributes. Inputs, columns, outputs and their schemas are made of this table;
 * test/packages/attributes.test.ts compares the client's types and the parameters of MCP's tools with it.
 */
export const STORED = {
  name: stored('name', name.optional(), z.string()),
  description: stored('description', z.string().max(10_000).nullish(), z.string().nullable()),
  'auto-apply': stored('auto_apply', Flag, z.boolean()),
  'auto-apply-run-trigger': stored('auto_apply_run_trigger', Flag, z.boolean()),
  /** Only on this platform: a person must approve applies over MCP. */
  'mcp-apply-approval': stored('mcp_apply_approval', Flag, z.boolean()),
  /** Only on this platform: a plan of this risk or more waits for a person, even with auto-apply. */
  'auto-apply-below-risk': stored(
    'auto_apply_below_risk',
    z
      .int('must be a whole number from 1 to 100, or null')
      .min(1, 'must be at least 1')
      .max(100, 'must be at most 100')
      .nullish(),
    z.int().nullable(),
  ),
  /** Only on this platform: who must approve a plan, and when it may be applied. */
  'approval-rules': stored('approval_rules', ApprovalRules.optional(), ApprovalRules, jsonOf),
  'change-windows': stored('change_windows', ChangeWindows.optional(), ChangeWindows, jsonOf),
  'execution-mode': stored(
    'execution_mode',
    z.enum(['remote', 'local', 'agent'], { error: 'must be "remote", "local" or "agent"' }).optional(),
    z.enum(['remote', 'local', 'agent']),
  ),
  'terraform-version': stored(
    'terraform_version',
    z
      .string()
      .max(100)
      .refine(isVersionRequest, 'must be an exact version ("1.11.4"), a constraint ("~> 1.9.0") or "latest"')
      .nullish(),
    z.string(),
    // null is the value of a workspace that was created without a version.
    (version) => version ?? 'latest',
  ),
  /** Only on this platform: the product of the version. */
  engine: stored(
    'engine',
    z.enum(['terraform', 'opentofu'], { error: 'must be "terraform" or "opentofu"' }).nullish(),
    z.enum(['terraform', 'opentofu']).nullable(),
  ),
  'working-directory': stored(
    'working_directory',
    z
      .string()
      .max(1000)
      .refine(
        isInnerFolder,
        'must be a folder inside the configuration, without "..", colons, backslashes and line breaks',
      )
      .nullish(),
    z.string(),
    (folder) => folder ?? '',
  ),
  'queue-all-runs': stored('queue_all_runs', Flag, z.boolean()),
  'speculative-enabled': stored('speculative_enabled', Flag, z.boolean()),
  'allow-destroy-plan': stored('allow_destroy_plan', Flag, z.boolean()),
  'structured-run-output-enabled': stored('structured_run_output_enabled', Flag, z.boolean()),
  'global-remote-state': stored('global_remote_state', Flag, z.boolean()),
  'project-remote-state': stored('project_remote_state', Flag, z.boolean()),
};

const settings = {
  ...inputsOf(STORED),
  'agent-pool-id': OptionalId,
  operations: Flag,
  'setting-overwrites': z
    .object({ 'execution-mode': Flag, 'agent-pool': Flag })
    .refine(
      ({ 'execution-mode': mode, 'agent-pool': pool }) =>
        mode === undefined || pool === undefined || mode === pool,
      'If agent-pool and execution-mode are both included in setting-overwrites, their values must be the same.',
    )
    .nullish(),
  'vcs-repo': refusedObject('no version control is connected'),
  'hyok-enabled': refusedBecause(
    'keys of your own for each workspace are not held here',
    z
      .literal(false, { error: 'cannot be true: keys of your own for each workspace are not held here' })
      .nullish(),
  ),
  ...CLIENT_SETTINGS,
};

const modesAgree = (attributes: { operations?: boolean; 'execution-mode'?: string }): boolean =>
  attributes.operations === undefined || attributes['execution-mode'] === undefined;
const MODES_DISAGREE = { path: ['operations'], error: 'cannot be set together with execution-mode' };

const TRIGGERS_DISAGREE = {
  path: ['trigger-patterns'],
  error: 'cannot be set together with trigger-prefixes',
};

export const NewWorkspaceAttributes = z
  .object({ ...settings, name })
  .refine(modesAgree, MODES_DISAGREE)
  .refine(triggersAgree, TRIGGERS_DISAGREE);
export const WorkspaceChange = z
  .object(settings)
  .refine(modesAgree, MODES_DISAGREE)
  .refine(triggersAgree, TRIGGERS_DISAGREE);

/** The columns that the given attributes set; attributes that are not given leave theirs as they are. */
export function toColumns({ operations, ...attributes }: z.output<typeof WorkspaceChange>) {
  const mode = operations === undefined ? attributes['execution-mode'] : operations ? 'remote' : 'local';
  return columnsFrom(STORED, { ...attributes, 'execution-mode': mode });
}

function jsonOf(value: object): string {
  return JSON.stringify(value);
}

/** A leading slash means the configuration's own root. */
function isInnerFolder(path: string): boolean {
  return !/[\\\n\r\t:]/.test(path) && !path.split('/').includes('..');
}
