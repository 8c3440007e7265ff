import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CheckProblem } from '../../checks/apart/limited-process.ts';
import { checkRego, evaluateRego } from '../../checks/apart/opa-program.ts';
import { runCheck } from '../../checks/apart/run-check.ts';
import type { FileProblem } from '../../checks/policy-manifest.ts';
import { unspoken, type Policy, type PolicyInput, type PolicyOutcome } from '../../checks/policy.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { findProgramFolder } from '../program-folder.ts';

export interface TrialResult {
  /** The reason why the policies could not be evaluated; empty: they were. */
  error: string;
  outcomes: PolicyOutcome[];
}

/** Evaluates policies on plans, as a server would. */
export interface Trial {
  /** @param leftMs the remaining time for all plans */
  evaluate(plan: string, input: Omit<PolicyInput, 'plan'>, leftMs: number): Promise<TrialResult>;
  /** Removes the trial's files on this machine. */
  remove(): Promise<void>;
}

/** The limits of one run, as on the server. */
const LIMITS = { milliseconds: 5_000, megabytes: 256 };

/**
 * @param opa the program for policies in Rego, if there is one
 * @throws CliError with the problems of the policies
 */
export async function startTrial(archive: Buffer, opa: string | undefined): Promise<Trial> {
  const checkProgram = path.join(findProgramFolder(), 'dist', 'check.js');
  const folder = await mkdtemp(path.join(tmpdir(), 'runwright-policies-'));
  const remove = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  const [archiveFile, planFile] = [path.join(folder, 'policies.tar.gz'), path.join(folder, 'plan.json')];
  const rego = { checkProgram, archive: archiveFile, limits: LIMITS };
  const evaluate: Trial['evaluate'] = async (plan, input, leftMs) => {
    const milliseconds = Math.max(1, Math.min(LIMITS.milliseconds, Math.round(leftMs)));
    const limits = { ...LIMITS, milliseconds };
    await writeFile(planFile, plan);
    try {
      const others = policies.filter(({ rule }) => rule.language !== 'rego');
      const request = {
        kind: 'evaluate',
        plan: planFile,
        archive: archiveFile,
        policies: others,
        input,
      } as const;
      const files = [planFile, archiveFile];
      const { outcomes } =
        others.length === 0 ? { outcomes: [] } : await runCheck(checkProgram, request, { files, limits });
      if (others.length === policies.length) return { error: '', outcomes };
      const inRego = policies.filter(({ rule }) => rule.language === 'rego');
      const said = await evaluateRego(
        { ...rego, opa: opa ?? '', policies: inRego, limits },
        { plan: planFile, input },
      );
      return { error: '', outcomes: [...outcomes, ...said] };
    } catch (error) {
      if (!(error instanceof CheckProblem)) throw error;
      return { error: error.message, outcomes: policies.map(unspoken) };
    }
  };
  let policies: Policy[];
  try {
    await writeFile(archiveFile, archive);
    policies = await readPolicies(checkProgram, archiveFile);
    const inRego = policies.filter(({ rule }) => rule.language === 'rego');
    if (inRego.length > 0) {
      if (opa === undefined) throw usageError('policies in Rego need an opa: name it with --opa');
      refuse(await checkRego({ ...rego, opa, policies: inRego }));
    }
  } catch (error) {
    await remove();
    throw error instanceof CheckProblem ? new CliError(error.message, { exitCode: EXIT.usage }) : error;
  }
  return { evaluate, remove };
}

async function readPolicies(checkProgram: string, archive: string): Promise<Policy[]> {
  const answer = await runCheck(checkProgram, { kind: 'read-policy-set', archive }, { files: [archive] });
  if ('policies' in answer) return answer.policies;
  refuse(answer.problems);
  return [];
}

/** @throws CliError if there are problems */
function refuse(problems: readonly FileProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(
    ({ file, line, column, message }) => `${file}, line ${line}, column ${column}: ${message}`,
  );
  throw new CliError(lines.join('\n'), { exitCode: EXIT.usage });
}
