import * as z from 'zod';
import { Ids, WorkspaceName } from '../../tool/inputs.ts';

/** Settings of a workspace (api-contract §5.3). None has a default: absent ones are not sent. */
export const WorkspaceParams = {
  name: WorkspaceName.optional(),
  description: z.string().max(2_000).nullable().optional(),
  project_id: Ids.project.optional(),
  execution_mode: z.enum(['remote', 'local', 'agent']).optional(),
  agent_pool_id: z.string().max(64).optional(),
  engine: z.enum(['terraform', 'opentofu']).optional(),
  terraform_version: z.string().max(64).optional(),
  working_directory: z.string().max(1_000).nullable().optional(),
  auto_apply: z.boolean().optional(),
  auto_apply_run_trigger: z.boolean().optional(),
  auto_apply_below_risk: z.int().min(1).max(100).nullable().optional(),
  allow_destroy_plan: z.boolean().optional(),
  assessments_enabled: z.boolean().optional(),
  file_triggers_enabled: z.boolean().optional(),
  global_remote_state: z.boolean().optional(),
  queue_all_runs: z.boolean().optional(),
  speculative_enabled: z.boolean().optional(),
  structured_run_output_enabled: z.boolean().optional(),
  trigger_prefixes: z.array(z.string()).optional(),
  trigger_patterns: z.array(z.string()).optional(),
  auto_destroy_at: z.string().nullable().optional(),
  auto_destroy_activity_duration: z.string().nullable().optional(),
  source_name: z.string().optional(),
  source_url: z.string().optional(),
};
