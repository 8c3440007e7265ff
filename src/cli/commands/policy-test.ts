import { text } from 'node:stream/consumers';
import type { Client, Run, Workspace } from '@runwright/client';
import type { PolicyOutcome } from '../../checks/policy.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { findWorkspace } from '../references.ts';
import { messageText } from '../run/run-text.ts';
import { printable, type Terminal } from '../terminal.ts';
import { packFolder } from '../upload/pack-folder.ts';
import { startTrial, type TrialResult } from './policy-trial.ts';

interface Flags extends ConnectionFlags {
  readonly limit: string;
  readonly timeout: string;
  readonly opa?: string;
  readonly param?: string[];
  readonly json?: true;
}

/** The consequence for a run. */
type Consequence = 'passed' | 'would wait' | 'would end';

interface Tried extends TrialResult {
  run: string;
  consequence: Consequence;
}

/** `runwright policy test`: finds past runs that these policies would have blocked. */
export async function testPolicies(
  folder: string,
  reference: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const limit = wholeNumber('--limit', flags.limit);
  const seconds = wholeNumber('--timeout', flags.timeout);
  const params = readParams(flags.param ?? []);
  const { archive } = await packFolder(folder);
  const opa = flags.opa ?? terminal.env['RUNWRIGHT_OPA_COMMAND'];
  const trial = await startTrial(Buffer.from(archive), opa);
  const tried: Tried[] = [];
  let isOver = false;
  try {
    const { client } = await connect(flags, terminal.env);
    const workspace = await findWorkspace(client, reference);
    const endsAt = performance.now() + seconds * 1_000;
    for await (const run of client.runs.eachInWorkspace(workspace.id, {
      operation: ['plan', 'plan_destroy', 'apply', 'destroy'],
      pageSize: Math.min(limit, 100),
    })) {
      if (tried.length === limit) break;
      isOver = performance.now() >= endsAt;
      if (isOver) break;
      const plan = await readPlan(client, run);
      if (plan === undefined) continue;
      const [cost, risk] = [await costOf(client, run), await riskOf(client, run)];
      const input = { ...inputOf(run, workspace), cost, risk, params };
      const result = await trial.evaluate(plan, input, endsAt - performance.now());
      // The time for all runs was over, not the time of this one: its result is unknown.
      isOver = result.error !== '' && performance.now() >= endsAt;
      if (isOver) break;
      const one = { run: run.id, consequence: consequenceOf(result.outcomes), ...result };
      tried.push(one);
      if (flags.json === true) terminal.note(`${tried.length}: ${run.id}  ${one.consequence}`);
      else describe(one, messageText(run), terminal);
    }
  } finally {
    await trial.remove();
  }
  const blocked = tried.filter(({ consequence }) => consequence !== 'passed').length;
  if (flags.json === true) terminal.print(JSON.stringify(tried, null, 2));
  else terminal.print(`${tried.length} plans tried, ${blocked} of them would have been blocked.`);
  if (!isOver) return EXIT.ok;
  throw new CliError(
    `${seconds} seconds were over after ${tried.length} plans; the runs before them were not tried`,
    {
      exitCode: EXIT.failed,
      fix: 'allow more with --timeout, or try fewer runs with --limit',
    },
  );
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw usageError(`${flag} must be a whole number from 1`);
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

/** undefined: the run has no plan. */
async function readPlan(client: Client, run: Run): Promise<string | undefined> {
  const { status, chunks } = await client.plans.openJsonOfRun(run.id, 'redacted');
  const json = await text(chunks);
  return status === 204 ? undefined : json;
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

/** null: the runner of the run has not looked for risks. */
async function riskOf(client: Client, run: Run): Promise<Record<string, unknown> | null> {
  const { attributes } = await client.riskSummaries.ofRun(run.id);
  if (attributes.score === null) return null;
  const reasons = attributes.reasons.map(({ rule, points, count }) => ({ rule, points, count }));
  return { score: attributes.score, level: attributes.level, reasons, rows: attributes.rows };
}

/** The parts of the server's input (docs/policies.md) that the API gives for a run and a workspace. */
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

function describe({ run, consequence, error, outcomes }: Tried, message: string, terminal: Terminal): void {
  terminal.print([run, consequence, terminal.style('dim', message)].join('  '));
  if (error !== '') terminal.print(`    could not be evaluated: ${error}`);
  for (const { policy_name, enforcement_level, status, output } of outcomes) {
    if (status === 'passed') continue;
    terminal.print(`    ${status}  ${policy_name} (${enforcement_level})`);
    for (const line of output) terminal.print(`        ${printable(line)}`);
  }
}
