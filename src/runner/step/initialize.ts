import { overrideBackend } from '../configuration/backend-override.ts';
import { needsInit } from '../configuration/init-need.ts';
import { compareVersions, parseVersion } from '../engines/version.ts';
import type { Engine } from '../engines/engine.ts';
import { openSshAccess } from '../ssh/ssh-access.ts';
import { formatError } from '../../protocol/log-text.ts';
import { createStructuredOutput, createTextOutput } from './engine-output.ts';
import type { Prepared } from './prepared.ts';
import { explainExit, runEngine } from './run-engine.ts';
import type { StepContext } from './step-context.ts';

/**
 * `terraform init`, unless the configuration can do without. What it prints gets into the log only when it fails: the
 * third header line stands for the rest.
 */
export async function initialize(context: StepContext, prepared: Prepared): Promise<void> {
  const { workingDirectory, priorState, engine } = prepared;
  if (!(await needsInit(workingDirectory, priorState?.state))) return;
  await overrideBackend(workingDirectory);

  const isJson = context.step.workspace.structuredRunOutput && canInitAsJson(engine);
  const output: Buffer[] = [];
  const collect = (lines: Buffer) => void output.push(lines);
  // The state lies where the local backend looks for it already. Init takes that for a state to move into the backend
  // and would ask; its answer leaves the file as it is.
  const args = ['init', '-input=false', '-force-copy', '-no-color', ...(isJson ? ['-json'] : [])];
  const ssh = await openSshAccess(context, prepared);
  const environment = { ...prepared.environment, ...ssh.environment };
  const exit = await runEngine(context, prepared, {
    args,
    environment,
    onOutput: collect,
    onErrors: collect,
  }).finally(ssh.close);
  if (exit.code === 0) return;

  const text = Buffer.concat(output);
  const shown = isJson ? keepDiagnostics(text) : text;
  context.stepLog.write(shown);
  if (ssh.hint) {
    const { summary, detail } = ssh.hint;
    context.stepLog.write(
      Buffer.from(formatError(context.step.workspace.structuredRunOutput, summary, detail)),
    );
  }
  const reader = isJson ? createStructuredOutput() : createTextOutput();
  reader.read(shown);
  throw explainExit(context, `${engine.product.toLowerCase()} init`, exit, reader.firstError());
}

/** JSON output of init came with terraform 1.9. */
function canInitAsJson({ product, version }: Engine): boolean {
  const since = parseVersion('1.9.0');
  const actual = parseVersion(version);
  return product === 'Terraform' && !!since && !!actual && compareVersions(actual, since) >= 0;
}

/** The diagnostics among the lines; all of them if there is none. */
function keepDiagnostics(text: Buffer): Buffer {
  const lines = text.toString('utf8').split('\n');
  const diagnostics = lines.filter((line) => line.startsWith('{') && line.includes('"type":"diagnostic"'));
  return diagnostics.length > 0 ? Buffer.from(`${diagnostics.join('\n')}\n`) : text;
}
