/**
 * The process that checks users' files: it reads one request from stdin, prints the answer as JSON and ends. It has
 * no environment, reads only the files in the request, and is killed beyond its limits of time or memory.
 */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { estimate } from './estimate.ts';
import { evaluatePolicies } from './evaluate.ts';
import type { CheckAnswers, CheckRequest } from './exchange.ts';
import { layOutRego } from './lay-out-rego.ts';
import { readModuleDetails } from './module-details.ts';
import { ArchiveProblem, readArchiveBytes } from './policy-archive.ts';
import { celProblem, FileProblems, placeIn, readPolicies } from './policy-manifest.ts';
import type { Policy } from './policy.ts';
import { readPriceBook } from './price-book.ts';
import { parseRedactedPlan } from './redacted-plan.ts';
import { SourceProblems } from './source-text.ts';
import { loadWasmRule, WasmProblem } from './wasm-rule.ts';

async function answer(request: CheckRequest): Promise<CheckAnswers[keyof CheckAnswers]> {
  switch (request.kind) {
    case 'read-price-book':
      return readable(() => ({ book: readPriceBook(request.source) }));
    case 'estimate':
      return estimate(await readPlan(request.plan), request.books);
    case 'read-policy-set':
      return await readPolicySet(request.archive);
    case 'read-cel': {
      const problem = celProblem(request.source);
      if (problem === undefined) return { problems: [] };
      return { problems: [{ message: problem.message, ...placeIn(request.source, problem.offset) }] };
    }
    case 'read-module':
      return await readModuleDetails(request.archive);
    case 'lay-out-rego': {
      const { archive, evaluated, folder, version } = request;
      const plan = evaluated === null ? null : await readPlanWithoutSchemas(evaluated.plan);
      const files = await readArchiveBytes(await readFile(archive));
      await layOutRego(files, folder, version, { ...evaluated?.input, plan });
      return null;
    }
    case 'evaluate': {
      const plan = await readPlanWithoutSchemas(request.plan);
      const files =
        request.archive === null
          ? new Map<string, Buffer>()
          : await readArchiveBytes(await readFile(request.archive));
      return { outcomes: await evaluatePolicies(request.policies, { ...request.input, plan }, files) };
    }
  }
}

const readPlan = async (file: string) => parseRedactedPlan(await readFile(file, 'utf8'));

/** Leaves out the providers' schemas: most of a plan's size, and nothing about its changes. */
async function readPlanWithoutSchemas(file: string): Promise<Record<string, unknown>> {
  const { provider_schemas: _schemas, ...plan } = await readPlan(file);
  return plan;
}

function readable<T>(read: () => T): T | { problems: SourceProblems['problems'] } {
  try {
    return read();
  } catch (error) {
    if (error instanceof SourceProblems) return { problems: error.problems };
    throw error;
  }
}

async function readPolicySet(archive: string): Promise<CheckAnswers['read-policy-set']> {
  const atStart = (file: string, message: string) => ({ problems: [{ file, message, line: 1, column: 1 }] });
  try {
    const files = await readArchiveBytes(await readFile(archive));
    const policies = readPolicies(files);
    for (const { rule } of policies) {
      if (rule.language !== 'opa') continue;
      try {
        await loadWasmRule(files, rule);
      } catch (error) {
        if (error instanceof WasmProblem) return atStart(rule.file, error.message);
        throw error;
      }
    }
    return { policies: policies satisfies Policy[] };
  } catch (error) {
    if (error instanceof FileProblems) return { problems: error.problems };
    if (error instanceof ArchiveProblem) return atStart('the archive', `it cannot be read: ${error.message}`);
    throw error;
  }
}

// Modules may print, but the output must hold only the answer.
Object.assign(globalThis.console, { log: () => {} });

const request = JSON.parse(await text(process.stdin)) as CheckRequest;
process.stdout.write(JSON.stringify(await answer(request)));
