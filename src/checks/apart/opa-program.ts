import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FileProblem } from '../policy-manifest.ts';
import {
  queryOf,
  readVerdict,
  unspoken,
  type Policy,
  type PolicyInput,
  type PolicyOutcome,
} from '../policy.ts';
import { storable } from '../storable-text.ts';
import { CheckProblem, runLimited, type CheckLimits } from './limited-process.ts';
import { readOpaErrors, readOpaValues } from './opa-output.ts';
import { runCheck } from './run-check.ts';

/** Policies in Rego, and the programs that evaluate them. */
export interface RegoWork {
  /** The operator's `opa`. */
  opa: string;
  /** The file that the build makes of `checks/main.ts`. */
  checkProgram: string;
  /** The tar.gz with the `.rego` files. */
  archive: string;
  policies: readonly Policy[];
  limits: CheckLimits;
  signal?: AbortSignal | undefined;
}

/** Functions by which Rego could reach the outside. All other functions are denied network addresses. */
const UNREACHABLE = new Set(['http.send', 'opa.runtime', 'net.lookup_ip_addr']);
/** Memory of the program itself and its compiler. */
const OPA_MEGABYTES = 128;

/**
 * @returns the problems in the Rego of a set, by file and line
 * @throws CheckProblem the program did not come to an end
 */
export async function checkRego(work: RegoWork): Promise<FileProblem[]> {
  return await inFolder(async (folder) => {
    const opa = await prepare(work, folder);
    const { code, complaint, output } = await opa(['check', '--bundle', 'bundle'], work.limits);
    if (code === 0) return [];
    const problems = readOpaErrors(complaint) ?? readOpaErrors(output);
    return problems ?? [{ file: 'the archive', message: lastOf(complaint), line: 1, column: 1 }];
  });
}

/**
 * Evaluates all policies at once; if one of them cannot be evaluated, evaluates each by itself.
 *
 * @param evaluated the plan, as a file, and the other inputs of policies
 * @throws CheckProblem the program did not come to an end, or could not be started
 */
export async function evaluateRego(
  work: RegoWork,
  { plan, input }: { plan: string; input: Omit<PolicyInput, 'plan'> },
): Promise<PolicyOutcome[]> {
  const { policies, limits } = work;
  const endsAt = performance.now() + limits.milliseconds;
  return await inFolder(async (folder) => {
    const opa = await prepare(work, folder, { plan, input });
    const ask = async (some: readonly Policy[]): Promise<{ values: unknown[][] } | { error: string }> => {
      const members = some.map(({ rule }, index) => `"${index}":[r|r:=${queryOf(rule)}]`);
      const left = { ...limits, milliseconds: Math.max(1, Math.round(endsAt - performance.now())) };
      const args = ['eval', '--bundle', 'bundle', '--input', 'input.json', `{${members.join(',')}}`];
      const { code, output, complaint } = await opa(args, left).catch((error: unknown) => {
        // The limit applies to the whole set, so the error names it instead of the time that was left.
        if (error instanceof CheckProblem && error.kind === 'time') throw late(limits);
        throw error;
      });
      if (code === 0) return { values: readOpaValues(output, some.length) };
      const [first] = readOpaErrors(output) ?? readOpaErrors(complaint) ?? [];
      return {
        error: first === undefined ? lastOf(complaint) : `${first.file}:${first.line}: ${first.message}`,
      };
    };
    const all = await ask(policies);
    if ('values' in all) return policies.map((policy, index) => judge(policy, all.values[index] ?? []));
    const outcomes: PolicyOutcome[] = [];
    for (const policy of policies) {
      const one = policies.length === 1 ? all : await ask([policy]);
      outcomes.push('values' in one ? judge(policy, one.values[0] ?? []) : errored(policy, one.error));
    }
    return outcomes;
  });
}

const late = ({ milliseconds }: CheckLimits): CheckProblem =>
  new CheckProblem('time', `it did not end within ${milliseconds / 1_000} seconds`);

const lastOf = (complaint: string): string => storable(complaint).trim().slice(-500) || 'opa said nothing';

const errored = (policy: Policy, reason: string): PolicyOutcome => ({
  ...unspoken(policy),
  output: [storable(reason)],
});

/** @param values the results of the query: empty where it is undefined */
function judge(policy: Policy, values: readonly unknown[]): PolicyOutcome {
  if (values.length === 0) return errored(policy, `${queryOf(policy.rule)} is undefined for this plan`);
  try {
    return { ...unspoken(policy), ...readVerdict(values[0], policy.message) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return errored(policy, error.message);
  }
}

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runwright-rego-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Opa = (
  args: readonly string[],
  limits: CheckLimits,
) => Promise<{ code: number | null; output: string; complaint: string }>;

/**
 * Writes the archive's Rego and the input into the folder, by a process that can write nowhere else. The program gets
 * nothing of our environment, and a list of permitted functions.
 */
async function prepare(
  { opa, checkProgram, archive, policies, limits, signal }: RegoWork,
  folder: string,
  evaluated?: { plan: string; input: Omit<PolicyInput, 'plan'> },
): Promise<Opa> {
  const version = policies.flatMap(({ rule }) => (rule.language === 'rego' ? [rule.version] : []))[0] ?? 1;
  await mkdir(path.join(folder, 'bundle'));
  const files = [archive, ...(evaluated === undefined ? [] : [evaluated.plan])];
  const request = { kind: 'lay-out-rego', archive, folder, version, evaluated: evaluated ?? null } as const;
  await runCheck(checkProgram, request, { files, folder, limits, signal });
  const env = { HOME: folder, TMPDIR: folder, GOMAXPROCS: '1', GOMEMLIMIT: `${limits.megabytes}MiB` };
  const run: Opa = async (args, within) => {
    const program = { command: opa, args, env, cwd: folder, ownMegabytes: OPA_MEGABYTES, signal };
    try {
      return await runLimited({ ...program, limits: within });
    } catch (error) {
      if (error instanceof CheckProblem || signal?.aborted === true) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new CheckProblem('fault', `${opa} could not be started: ${reason}`);
    }
  };
  await writeFile(path.join(folder, 'functions.json'), await allowedFunctions(opa, run, limits));
  return async ([verb = '', ...rest], within) =>
    await run([verb, '--format', 'json', '--capabilities', 'functions.json', ...rest], within);
}

/** By the program, its size and its age: another file may replace it while we run. */
const known = new Map<string, string>();

async function allowedFunctions(opa: string, run: Opa, limits: CheckLimits): Promise<string> {
  const there = await stat(opa).catch(() => null);
  const key = `${opa} ${there?.size} ${there?.mtimeMs}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const { code, output, complaint } = await run(['capabilities', '--current'], limits);
  if (code !== 0) throw new CheckProblem('fault', `opa capabilities failed: ${lastOf(complaint)}`);
  const all = JSON.parse(output) as { builtins?: { name: string }[] };
  const builtins = all.builtins?.filter(({ name }) => !UNREACHABLE.has(name));
  if (builtins === undefined) throw new CheckProblem('fault', 'opa capabilities names no functions');
  const allowed = JSON.stringify({ ...all, builtins, allow_net: [] });
  known.clear();
  known.set(key, allowed);
  return allowed;
}
