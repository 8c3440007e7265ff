import { text } from 'node:stream/consumers';
import type { Client, Run, Workspace } from '@runwright/client';
import { evaluatePolicies } from '../../checks/evaluate.ts';
import { readArchiveBytes } from '../../checks/policy-archive.ts';
import { FileProblems, readPolicies, type PolicyFiles } from '../../checks/policy-manifest.ts';
import type { Policy, PolicyOutcome } from '../../checks/policy.ts';
import { parseRedactedPlan } from '../../checks/redacted-plan.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { findWorkspace } from '../references.ts';
import { messageText } from '../run/run-text.ts';
import type { Terminal } from '../terminal.ts';
import { packFolder } from '../upload/pack-folder.ts';

interface Flags extends ConnectionFlags {
  readonly limit: string;
  readonly param?: string[];
  readonly json?: true;
}

/** What would have become of a run. */
type Consequence = 'passed' | 'would wait' | 'would end';

interface Tried {
  run: string;
  consequence: Consequence;
  outcomes: PolicyOutcome[];
}

/** `runwright policy test`: which past runs these policies would have blocked. */
export async function testPolicies(
  folder: string,
  reference: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1) throw usageError('--limit must be a whole number from 1');
  const params = readParams(flags.param ?? []);
  const { files, policies } = await readFolder(folder);
  const { client } = await connect(flags, terminal.env);
  const workspace = await findWorkspace(client, reference);
  const tried: Tried[] = [];
  for await (const run of client.runs.eachInWorkspace(workspace.id, {
    operation: ['plan', 'plan_destroy', 'apply', 'destroy'],
    pageSize: Math.min(limit, 100),
  })) {
    if (tried.length === limit) break;
    const plan = await readPlan(client, run);
    if (plan === undefined) continue;
    const [cost, risk] = [await costOf(client, run), await riskOf(client, run)];
    const input = { ...inputOf(run, workspace), cost, risk, params, plan };
    const outcomes = await evaluatePolicies(policies, input, files);
    const consequence = consequenceOf(outcomes);
    tried.push({ run: run.id, consequence, outcomes });
    if (flags.json !== true) describe(run, consequence, outcomes, terminal);
  }
  const blocked = tried.filter(({ consequence }) => consequence !== 'passed').length;
  if (flags.json === true) terminal.print(JSON.stringify(tried, null, 2));
  else terminal.print(`${tried.length} plans tried, ${blocked} of them would have been blocked.`);
  return EXIT.ok;
}

async function readFolder(folder: string): Promise<{ files: PolicyFiles; policies: Policy[] }> {
  const { archive } = await packFolder(folder);
  const files = await readArchiveBytes(Buffer.from(archive));
  try {
    return { files, policies: readPolicies(files) };
  } catch (error) {
    if (!(error instanceof FileProblems)) throw error;
    const lines = error.problems.map(
      ({ file, line, column, message }) => `${file}, line ${line}, column ${column}: ${message}`,
    );
    throw new CliError(lines.join('\n'), { exitCode: EXIT.usage });
  }
}

function readParams(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usageError(`--param ${JSON.stringify(pair)} is not KEY=VALUE`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** undefined: the run has made no plan. */
async function readPlan(client: Client, run: Run): Promise<Record<string, unknown> | undefined> {
  const { status, chunks } = await client.plans.openJsonOfRun(run.id, 'redacted');
  const json = await text(chunks);
  if (status === 204) return undefined;
  const { provider_schemas: _schemas, ...plan } = parseRedactedPlan(json);
  return plan;
}

async function costOf(client: Client, run: Run): Promise<Record<string, unknown> | null> {
  const related = run.relationships?.['cost-estimate']?.data;
  if (related === null || related === undefined || Array.isArray(related)) return null;
  const { attributes } = await client.costEstimates.read((related as { id: string }).id);
  if (attributes.status !== 'finished') return null;
  return {
    prior_monthly_cost: Number(attributes['prior-monthly-cost']),
    proposed_monthly_cost: Number(attributes['proposed-monthly-cost']),
    delta_monthly_cost: Number(attributes['delta-monthly-cost']),
    unmatched_resources_count: attributes['unmatched-resources-count'] ?? 0,
  };
}

/** null: its runner has not looked for risks. */
async function riskOf(client: Client, run: Run): Promise<Record<string, unknown> | null> {
  const { attributes } = await client.riskSummaries.ofRun(run.id);
  if (attributes.score === null) return null;
  const reasons = attributes.reasons.map(({ rule, points, count }) => ({ rule, points, count }));
  return { score: attributes.score, level: attributes.level, reasons, rows: attributes.rows };
}

/** What of the server's input (docs/policies.md) the API tells of a run and a workspace. */
function inputOf(run: Run, workspace: Workspace) {
  const known = run.attributes as unknown as Record<string, unknown>;
  const of = workspace.attributes as unknown as Record<string, unknown>;
  return {
    run: {
      id: run.id,
      message: known['message'],
      source: known['source'],
      created_at: known['created-at'],
      created_by: null,
      is_destroy: known['is-destroy'] ?? false,
      plan_only: known['plan-only'] ?? false,
      refresh_only: known['refresh-only'] ?? false,
      auto_apply: known['auto-apply'] ?? false,
      target_addrs: known['target-addrs'] ?? [],
      replace_addrs: known['replace-addrs'] ?? [],
      terraform_version: known['terraform-version'],
    },
    workspace: {
      id: workspace.id,
      name: of['name'],
      auto_apply: of['auto-apply'] ?? false,
      working_directory: of['working-directory'] ?? '',
      tags: of['tag-names'] ?? [],
      project: null,
      organization: null,
    },
  };
}

function consequenceOf(outcomes: readonly PolicyOutcome[]): Consequence {
  const has = (status: PolicyOutcome['status'], levels: readonly string[]): boolean =>
    outcomes.some((one) => one.status === status && levels.includes(one.enforcement_level));
  if (has('failed', ['hard-mandatory'])) return 'would end';
  const waits = has('failed', ['soft-mandatory']) || has('errored', ['soft-mandatory', 'hard-mandatory']);
  return waits ? 'would wait' : 'passed';
}

function describe(
  run: Run,
  consequence: Consequence,
  outcomes: readonly PolicyOutcome[],
  terminal: Terminal,
): void {
  terminal.print([run.id, consequence, terminal.style('dim', messageText(run))].join('  '));
  for (const { policy_name, enforcement_level, status, output } of outcomes) {
    if (status === 'passed') continue;
    terminal.print(`    ${status}  ${policy_name} (${enforcement_level})`);
    for (const line of output) terminal.print(`        ${line}`);
  }
}
