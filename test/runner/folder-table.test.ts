import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../support/programs.ts';
import { plainTerraform } from '../support/provider/plain-terraform.ts';
import type { ServedStep } from './agent-server.ts';
import { packFiles } from './configuration-archive.ts';
import { FOLDERS, type Files } from './folder-table.ts';
import { startHarness, type Harness } from './harness.ts';

/** The result of terraform in a folder, in a run or alone. */
interface Result {
  /** The command that failed. */
  failed?: 'plan' | 'apply';
  errors: string[];
  outputs?: Record<string, unknown>;
  resources?: string[];
}

interface StateText {
  outputs: Record<string, { value: unknown }>;
  resources: {
    module?: string;
    mode: string;
    name: string;
    instances: { index_key?: string | number; attributes: Record<string, unknown> }[];
  }[];
}

needs('terraform')('a run does what terraform does', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await startHarness()));
  afterAll(() => harness.close());

  it.each(FOLDERS)('in a folder with %s', async (_what, files) => {
    const [plain, run] = await Promise.all([runPlain(files), runPlatform(harness, files)]);
    expect(plain).toContainEqual(run);
  });
});

const ELSEWHERE = ['-input=false', '-lock=false', '-json', '-state=../run.tfstate'];

/**
 * Runs plain terraform with the state outside of the folder, as in a run. A failed init gives two results: its errors,
 * and those of a plan without init, since a run skips an init that has nothing to install.
 */
async function runPlain(files: Files): Promise<Result[]> {
  const plain = plainTerraform(files);
  try {
    const init = await plain.run(['init', '-input=false', '-json']);
    const unready: Result[] = init.code === 0 ? [] : [{ failed: 'plan', errors: errorsIn(init.output) }];
    const planned = await plain.run(['plan', ...ELSEWHERE, '-out=../run.tfplan']);
    if (planned.code !== 0) return [...unready, { failed: 'plan', errors: errorsIn(planned.output) }];
    const applied = await plain.run(['apply', ...ELSEWHERE, '../run.tfplan']);
    if (applied.code !== 0) return [...unready, { failed: 'apply', errors: errorsIn(applied.output) }];
    const state = join(plain.folder, '..', 'run.tfstate');
    return [...unready, { errors: [], ...(existsSync(state) && describeState(readFileSync(state))) }];
  } finally {
    plain.remove();
  }
}

async function runPlatform(harness: Harness, files: Files): Promise<Result> {
  const configuration = packFiles(files);
  const plan = await harness.execute({ phase: 'plan', configuration });
  if (plan.finish?.outcome !== 'succeeded') return { failed: 'plan', errors: errorsOf(plan) };
  const [planFile, folder] = [plan.artifacts.get('plan-file'), plan.artifacts.get('plan-folder')];
  const apply = await harness.execute({ phase: 'apply', configuration, plan: planFile, folder });
  if (apply.finish?.outcome !== 'succeeded') return { failed: 'apply', errors: errorsOf(apply) };
  const state = apply.states.at(-1);
  return { errors: [], ...(state && describeState(state)) };
}

const errorsOf = (step: ServedStep): string[] => errorsIn(step.log.toString());

/** The summaries of all errors, without the line that terraform adds in front when init fails. */
function errorsIn(text: string): string[] {
  const summaries = text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { type, diagnostic } = JSON.parse(line) as {
      type?: string;
      diagnostic?: { severity: string; summary: string };
    };
    if (type !== 'diagnostic' || diagnostic?.severity !== 'error') return [];
    // Some commands combine several errors into one.
    const several = [...diagnostic.summary.matchAll(/^- ([^:\n]+):/gm)].map(([, summary = '']) => summary);
    // The members of a cycle come in no fixed order.
    return several.length > 0 ? several : [diagnostic.summary.replace(/^Cycle: .*/, 'Cycle')];
  });
  return summaries.filter((summary) => !summary.startsWith('Terraform encountered problems')).sort();
}

function describeState(bytes: Buffer): Pick<Result, 'outputs' | 'resources'> {
  const { outputs, resources } = JSON.parse(bytes.toString()) as StateText;
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
    resources: resources.flatMap(({ module = '', mode, name, instances }) =>
      instances.map(({ index_key: key = '', attributes: { id: _random, ...rest } }) =>
        [module, mode, name, key, JSON.stringify(rest)].join(' '),
      ),
    ),
  };
}
