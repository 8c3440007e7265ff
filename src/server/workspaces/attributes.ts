import * as z from 'zod';
import { ApprovalRules, ChangeWindows } from '../approval-rules/settings.ts';
import { refusedBecause } from '../http/effect.ts';
import { OptionalId } from '../http/json-api.ts';
import { CLIENT_SETTINGS, triggersAgree } from './client-settings.ts';
import { isVersionRequest } from './version-request.ts';

const settings = {
  description: z.string().max(10_000).nullish(),
  'auto-apply': z.boolean().optional(),
  'auto-apply-run-trigger': z.boolean().optional(),
  /** Of this platform alone: a person must agree to what is applied over MCP. */
  'mcp-apply-approval': z.boolean().optional(),
  /** Of this platform alone: a plan of this risk or more waits for a person, whatever auto-apply says. */
  'auto-apply-below-risk': z
    .int('must be a whole number from 1 to 100, or null')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100')
    .nullish(),
  /** Of this platform alone: who has to approve a plan, and when it may be applied. */
  'approval-rules': ApprovalRules.optional(),
  'change-windows': ChangeWindows.optional(),
  'execution-mode': z
    .enum(['remote', 'local', 'agent'], { error: 'must be "remote", "local" or "agent"' })
    .optional(),
  'agent-pool-id': OptionalId,
  operations: z.boolean().optional(),
  'setting-overwrites': z
    .object({ 'execution-mode': z.boolean().optional(), 'agent-pool': z.boolean().optional() })
    .refine(
      ({ 'execution-mode': mode, 'agent-pool': pool }) =>
        mode === undefined || pool === undefined || mode === pool,
      'If agent-pool and execution-mode are both included in setting-overwrites, their values must be the same.',
    )
    .nullish(),
  /** Of this platform alone: the product that the version is of. */
  engine: z.enum(['terraform', 'opentofu'], { error: 'must be "terraform" or "opentofu"' }).nullish(),
  'terraform-version': z
    .string()
    .max(100)
    .refine(isVersionRequest, 'must be an exact version ("1.11.4"), a constraint ("~> 1.9.0") or "latest"')
    .nullish(),
  'working-directory': z
    .string()
    .max(1000)
    .refine(isInnerFolder, 'must be a folder inside the configuration, without ".."')
    .nullish(),
  'queue-all-runs': z.boolean().optional(),
  'speculative-enabled': z.boolean().optional(),
  'allow-destroy-plan': z.boolean().optional(),
  'structured-run-output-enabled': z.boolean().optional(),
  'global-remote-state': z.boolean().optional(),
  'project-remote-state': z.boolean().optional(),
  'vcs-repo': refusedBecause(
    'no version control is connected',
    z.null({ error: 'cannot be set: no version control is connected' }).optional(),
  ),
  'hyok-enabled': refusedBecause(
    'keys of your own for each workspace are not held here',
    z
      .literal(false, { error: 'cannot be true: keys of your own for each workspace are not held here' })
      .nullish(),
  ),
  ...CLIENT_SETTINGS,
};

const name = z
  .string()
  .min(1, 'must not be empty')
  .max(90, 'must have at most 90 characters')
  .regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, - and _ only');

const modesAgree = (attributes: { operations?: boolean; 'execution-mode'?: string }): boolean =>
  attributes.operations === undefined || attributes['execution-mode'] === undefined;
const MODES_DISAGREE = { path: ['operations'], error: 'cannot be set together with execution-mode' };

const TRIGGERS_DISAGREE = {
  path: ['trigger-patterns'],
  error: 'cannot be set together with trigger-prefixes',
};

export const NewWorkspaceAttributes = z
  .object({ name, ...settings })
  .refine(modesAgree, MODES_DISAGREE)
  .refine(triggersAgree, TRIGGERS_DISAGREE);
export const WorkspaceChange = z
  .object({ name: name.optional(), ...settings })
  .refine(modesAgree, MODES_DISAGREE)
  .refine(triggersAgree, TRIGGERS_DISAGREE);

/** The columns that the given attributes set; those not given are left as they are. */
export function toColumns(attributes: z.output<typeof WorkspaceChange>) {
  const columns = {
    name: attributes.name,
    description: attributes.description,
    auto_apply: attributes['auto-apply'],
    auto_apply_run_trigger: attributes['auto-apply-run-trigger'],
    mcp_apply_approval: attributes['mcp-apply-approval'],
    auto_apply_below_risk: attributes['auto-apply-below-risk'],
    approval_rules: jsonOf(attributes['approval-rules']),
    change_windows: jsonOf(attributes['change-windows']),
    execution_mode:
      attributes.operations === undefined
        ? attributes['execution-mode']
        : attributes.operations
          ? ('remote' as const)
          : ('local' as const),
    // null: what a workspace has that was made without.
    terraform_version: attributes['terraform-version'] === null ? 'latest' : attributes['terraform-version'],
    working_directory: attributes['working-directory'] === null ? '' : attributes['working-directory'],
    engine: attributes.engine,
    queue_all_runs: attributes['queue-all-runs'],
    speculative_enabled: attributes['speculative-enabled'],
    allow_destroy_plan: attributes['allow-destroy-plan'],
    structured_run_output_enabled: attributes['structured-run-output-enabled'],
    global_remote_state: attributes['global-remote-state'],
    project_remote_state: attributes['project-remote-state'],
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<
    typeof columns
  >;
}

const jsonOf = (value: object | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

/** A slash in front means the configuration's own root. */
function isInnerFolder(path: string): boolean {
  return !/[\\\n\r\t:]/.test(path) && !path.split('/').includes('..');
}
