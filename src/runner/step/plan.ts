import { parseExactJson, writeExactJson } from '@runwright/models';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishRequest, Step } from '../../protocol/agent.ts';
import { MIN_SECRET_LENGTH } from '../../masking/spellings.ts';
import { flagsFor } from '../../protocol/engine-flags.ts';
import { formatWarning } from '../../protocol/log-text.ts';
import { engineCan } from '../engines/differences.ts';
import { collectOutput } from '../log/collected-output.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import { parseExpression } from '../variables/hcl-parser.ts';
import { environmentVariables } from '../variables/environment.ts';
import { writeVariableFiles } from '../variables/variable-files.ts';
import { findRisks } from '../plan-risk/find-risks.ts';
import { watchFolder } from './folder-watch.ts';
import { earlyVariables, initialize } from './initialize.ts';
import { countChanges, countDrifted, hasChanges, type PlanJson } from './plan-json.ts';
import { prepare, type Prepared } from './prepared.ts';
import { readProviderSchemas } from './provider-schemas.ts';
import { redactPlan, type FullPlan } from './redacted-plan.ts';
import { explainExit, runEngine } from './run-engine.ts';
import { runPlan } from './run-plan.ts';
import type { StepContext } from './step-context.ts';
import { StepFailure } from '../step-failure.ts';
import { uploadArtifact } from './upload-artifact.ts';

const MAX_PLAN_JSON_BYTES = 256 * 1024 ** 2;

/** Plans, and uploads everything about the plan to the server. Errors: StepFailure, StepCanceled. */
export async function executePlan(context: StepContext): Promise<FinishRequest> {
  const prepared = await prepare(context);
  refuseWhatIsTooNew(context, prepared);
  warnOfUnmasked(context);
  const filesFolder = join(context.folder.box, 'files');
  const { variables } = context.step;
  const { files: variableFiles, leftOut } = await writeVariableFiles(variables, filesFolder, parseExpression);
  warnOfLeftOut(context, leftOut);
  const variableArgs = variableFiles.map((name) => `-var-file=${prepared.inner(join(filesFolder, name))}`);
  const watch = await watchFolder(context, prepared);
  const state = await initialize(context, prepared, variableArgs);

  const planFile = join(filesFolder, 'run.tfplan');
  const generatedFile = context.step.run.allowConfigGeneration ? await nameGenerated(prepared) : undefined;
  const exitCode = await runPlan(context, prepared, state, ({ args }) => [
    'plan',
    ...flagsFor('plan', environmentVariables(context.step)),
    ...['-input=false', '-lock=false', '-detailed-exitcode', `-out=${prepared.inner(planFile)}`],
    ...args,
    ...(context.step.workspace.structuredRunOutput ? ['-json'] : []),
    ...runFlags(context.step),
    ...(generatedFile === undefined ? [] : [`-generate-config-out=${generatedFile}`]),
    ...variableArgs,
  ]);
  const changes = await watch.packChanges();

  const uploads = trackUploads();
  const planBytes = await readLeftFile(context.folder.box, planFile);
  if (planBytes === undefined) throw new StepFailure('terraform plan has left no plan file');
  uploads.add(uploadArtifact(context, 'plan-file', planBytes));
  if (changes) uploads.add(uploadArtifact(context, 'plan-folder', changes));
  try {
    const early = earlyVariables(prepared.engine, variableArgs);
    const json = await showPlan(context, prepared, [...early, prepared.inner(planFile)]);
    uploads.add(uploadArtifact(context, 'plan-json', json));
    const planJson = parsePlan(json);
    const schemas = await readProviderSchemas(context, prepared, planJson);
    uploads.add(uploadArtifact(context, 'provider-schemas', schemas));
    const redacted = redactPlan(
      planJson,
      JSON.parse(schemas.toString('utf8')) as Record<string, unknown>,
      context.secrets,
    );
    uploads.add(uploadArtifact(context, 'redacted-plan', Buffer.from(writeExactJson(redacted))));
    const generated = await readGenerated(context, prepared, generatedFile);
    if (generated) uploads.add(uploadArtifact(context, 'generated-configuration', generated));
    await uploads.finish();
    return {
      outcome: 'succeeded',
      counts: countChanges(planJson),
      drifted: countDrifted(planJson),
      hasChanges: hasChanges(planJson, exitCode, context.step.run.refreshOnly),
      generatedConfiguration: generated !== undefined,
      risks: findRisks(redacted),
    };
  } finally {
    await uploads.settle();
  }
}

function refuseWhatIsTooNew({ step }: StepContext, { engine }: Prepared): void {
  if (step.run.invokeActionAddrs.length === 0 || engineCan(engine, 'invoke actions')) return;
  throw new StepFailure(
    `${engine.product} ${engine.version} cannot invoke actions`,
    'Terraform can since 1.14: give the workspace a newer terraform-version, or leave invoke-action-addrs out.',
  );
}

/** Only the plan's log gets the warning: the apply has the same variables. */
function warnOfUnmasked({ secrets, step, stepLog }: StepContext): void {
  const { unmasked, partlyMasked } = secrets;
  if (unmasked.length + partlyMasked.length === 0) return;
  const list = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');
  const short = `Too short or too common to be hidden: ${list(unmasked)}. Give such variables longer values, of ${MIN_SECRET_LENGTH} characters or more.`;
  const long = `So long that they are hidden only as they are and in JSON: ${list(partlyMasked)}.`;
  const detail = [unmasked.length > 0 ? short : '', partlyMasked.length > 0 ? long : ''].join(' ').trim();
  const summary = 'Values of sensitive variables may be shown';
  stepLog.write(Buffer.from(formatWarning(step.workspace.structuredRunOutput, summary, detail)));
}

function warnOfLeftOut({ step, stepLog }: StepContext, keys: readonly string[]): void {
  if (keys.length === 0) return;
  const summary = 'Variables that terraform cannot take';
  const names = keys.map((key) => JSON.stringify(key)).join(', ');
  const detail = `${names}: no terraform variable can be called so, and the run goes on without. Rename or delete what is not needed.`;
  stepLog.write(Buffer.from(formatWarning(step.workspace.structuredRunOutput, summary, detail)));
}

/** Uploads that run while the plan is processed further; none may outlive the step. */
function trackUploads() {
  const uploads: Promise<void>[] = [];
  return {
    add(upload: Promise<void>): void {
      // `finish` reports the failure, perhaps much later.
      upload.catch(() => undefined);
      uploads.push(upload);
    },
    finish: () => Promise.all(uploads),
    settle: () => Promise.allSettled(uploads),
  };
}

function runFlags({ run }: Step): string[] {
  return [
    ...(run.isDestroy ? ['-destroy'] : []),
    ...(run.refreshOnly ? ['-refresh-only'] : run.refresh ? [] : ['-refresh=false']),
    ...run.targetAddrs.map((address) => `-target=${address}`),
    ...run.replaceAddrs.map((address) => `-replace=${address}`),
    ...run.invokeActionAddrs.map((address) => `-invoke=${address}`),
  ];
}

async function showPlan(context: StepContext, prepared: Prepared, args: string[]): Promise<Buffer> {
  const output = collectOutput('terraform show', MAX_PLAN_JSON_BYTES);
  const exit = await runEngine(context, prepared, {
    args: ['show', '-json', ...args],
    onOutput: output.add,
    onErrors: (lines) => context.stepLog.write(lines),
  });
  if (exit.code !== 0) throw explainExit(context, 'terraform show', exit);
  return output.bytes();
}

/** The JSON may be anything, since a provider could have printed it. */
function parsePlan(json: Buffer): PlanJson & FullPlan {
  try {
    return parseExactJson(json.toString('utf8')) as PlanJson & FullPlan;
  } catch (error) {
    throw new StepFailure('terraform show printed no plan in JSON', '', { cause: error });
  }
}

/** A new name, since terraform refuses to overwrite a file. */
async function nameGenerated({ workingDirectory }: Prepared): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? 'generated.tf' : `generated_${attempt}.tf`;
    const isTaken = await access(join(workingDirectory, name)).then(
      () => true,
      () => false,
    );
    if (!isTaken) return name;
  }
}

async function readGenerated(
  { folder }: StepContext,
  { workingDirectory }: Prepared,
  name: string | undefined,
): Promise<Buffer | undefined> {
  if (name === undefined) return undefined;
  const text = await readLeftFile(folder.box, join(workingDirectory, name));
  return text && text.length > 0 ? text : undefined;
}
