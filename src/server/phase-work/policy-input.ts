import type { Kysely } from 'kysely';
import type { PolicyInput } from '../../checks/policy.ts';
import type { Database } from '../database/schema.ts';
import { timestamp } from '../http/json-api.ts';
import { levelOf } from '../plan-risk/document.ts';
import { readPlanRisk } from '../plan-risk/read.ts';
import type { Run } from '../runs/transitions.ts';

/** The input of policies beside the plan and their parameters: it contains no secret (docs/policies.md). */
export async function policyInput(
  db: Kysely<Database>,
  run: Run,
): Promise<Omit<PolicyInput, 'plan' | 'params'>> {
  const workspace = await db
    .selectFrom('workspace')
    .innerJoin('project', 'project.id', 'workspace.project_id')
    .innerJoin('organization', 'organization.id', 'workspace.organization_id')
    .select([
      'workspace.id',
      'workspace.name',
      'workspace.auto_apply',
      'workspace.working_directory',
      'project.name as project',
      'organization.name as organization',
    ])
    .where('workspace.id', '=', run.workspace_id)
    .executeTakeFirstOrThrow();
  const tags = await db
    .selectFrom('workspace_tag')
    .innerJoin('tag', 'tag.id', 'workspace_tag.tag_id')
    .select('tag.name')
    .where('workspace_tag.workspace_id', '=', run.workspace_id)
    .orderBy('tag.name')
    .execute();
  const author =
    run.created_by === null
      ? undefined
      : await db.selectFrom('users').select('username').where('id', '=', run.created_by).executeTakeFirst();
  const estimate = await db
    .selectFrom('cost_estimate')
    .selectAll()
    .where('run_id', '=', run.id)
    .where('status', '=', 'finished')
    .executeTakeFirst();
  const { score, findings } = await readPlanRisk(db, run.id);
  return {
    run: {
      id: run.id,
      message: run.message,
      source: run.source,
      created_at: timestamp(run.created_at),
      created_by: author?.username ?? null,
      is_destroy: run.is_destroy,
      plan_only: run.plan_only,
      refresh_only: run.refresh_only,
      auto_apply: run.auto_apply,
      target_addrs: run.target_addrs ?? [],
      replace_addrs: run.replace_addrs ?? [],
      terraform_version: run.terraform_version,
    },
    workspace: { ...workspace, tags: tags.map(({ name }) => name) },
    cost:
      estimate === undefined
        ? null
        : {
            currency: estimate.currency,
            prior_monthly_cost: Number(estimate.prior),
            proposed_monthly_cost: Number(estimate.proposed),
            delta_monthly_cost: Number(estimate.delta),
            unmatched_resources_count: estimate.unmatched.length,
          },
    risk:
      score === null
        ? null
        : {
            score,
            level: levelOf(score),
            reasons: findings.map(({ rule, points, count }) => ({ rule, points, count })),
            rows: findings.flatMap(({ rule, rows }) => rows.map((row) => ({ rule, ...row }))),
          },
  };
}
