import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepVariable } from '../../protocol/agent.ts';
import { isVariableName } from '../../protocol/environment-names.ts';
import type { ParseExpression } from './hcl-parser.ts';
import { decideForm, withFinalNewline } from './value-form.ts';

/**
 * Writes the terraform variables into files below `folder` and returns their names, to be passed as `-var-file`: that
 * beats every committed `*.auto.tfvars`, and an undeclared name is only a warning (terraform-cli B6). HCL values go
 * into `.tfvars`, where terraform refuses references and calls; strings go into `.tfvars.json`, where they are
 * literal. Each name is in only one file, so the order of the two does not matter. Keys that cannot be terraform
 * variables are in no file: `leftOut` has them.
 */
export async function writeVariableFiles(
  variables: readonly StepVariable[],
  folder: string,
  parse: ParseExpression,
  baseName = 'runwright',
): Promise<{ files: string[]; leftOut: string[] }> {
  const winners = new Map<string, StepVariable>();
  for (const variable of variables)
    if (variable.category === 'terraform') winners.set(variable.key, variable);

  let hcl = '';
  const strings: [string, string][] = [];
  const leftOut: string[] = [];
  for (const [key, variable] of winners) {
    if (!isVariableName(key)) leftOut.push(key);
    else if ((await decideForm(variable, parse)) === 'string') strings.push([key, variable.value]);
    // Parentheses let an expression start on any line; since it was parsed alone, it cannot close them.
    else hcl += `${key} = (\n${withFinalNewline(variable.value)})\n`;
  }

  const files: [string, string][] = [];
  if (hcl !== '') files.push([`${baseName}.tfvars`, hcl]);
  if (strings.length > 0)
    files.push([`${baseName}.tfvars.json`, JSON.stringify(Object.fromEntries(strings))]);
  for (const [name, text] of files) await writeFile(join(folder, name), text, { mode: 0o600, flag: 'wx' });
  return { files: files.map(([name]) => name), leftOut };
}
