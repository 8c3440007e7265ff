import { join } from 'node:path';
import { atLeast, type Engine } from '../engines/engine.ts';
import { listApplyTimeVariables, type PlanFile } from '../plan-file/plan-file.ts';
import { parseExpression } from '../variables/hcl-parser.ts';
import { writeVariableFiles } from '../variables/variable-files.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';

/** Flags that give an apply the values of its plan. */
export interface ApplyVariables {
  forInit: string[];
  forApply: string[];
}

/**
 * Terraform keeps all values in the plan except the ephemeral ones, and wants exactly those again; OpenTofu compares
 * all values from flags, or from files of the configuration, with the plan.
 */
export async function applyVariables(
  { step, folder }: StepContext,
  { engine, inner }: Prepared,
  plan: PlanFile | undefined,
): Promise<ApplyVariables> {
  const filesFolder = join(folder.box, 'files');
  const { files: names } = await writeVariableFiles(step.variables, filesFolder, parseExpression);
  const all = names.map((name) => `-var-file=${inner(join(filesFolder, name))}`);
  if (!takesVariables(engine)) return { forInit: all, forApply: [] };
  const wanted = engine.product === 'Terraform' && plan ? new Set(listApplyTimeVariables(plan)) : undefined;
  if (!wanted) return { forInit: all, forApply: all };
  if (wanted.size === 0) return { forInit: all, forApply: [] };
  const ephemeral = step.variables.filter(({ key }) => wanted.has(key));
  const { files: some } = await writeVariableFiles(ephemeral, filesFolder, parseExpression, 'ephemeral');
  return { forInit: all, forApply: some.map((name) => `-var-file=${inner(join(filesFolder, name))}`) };
}

/** Older engines refuse every variable in an apply of a saved plan. */
const takesVariables = (engine: Engine): boolean =>
  atLeast(engine, { Terraform: '1.10.0', OpenTofu: '1.10.0' });
