import { RunCreateRequest } from '@runwright/models';
import { usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { findWorkspace } from '../references.ts';
import { followRun } from '../run/follow-run.ts';
import { exitCodeOf, printNextSteps, statusText } from '../run/run-text.ts';
import { readVariable } from '../run/variable-flag.ts';
import type { Terminal } from '../terminal.ts';
import { narrator } from '../narrator.ts';
import { uploadFolder } from '../upload/upload-folder.ts';

export interface CreateRunFlags extends ConnectionFlags {
  readonly dir?: string;
  readonly message?: string;
  readonly destroy?: true;
  readonly planOnly?: true;
  readonly refreshOnly?: true;
  readonly refresh: boolean;
  readonly target?: readonly string[];
  readonly replace?: readonly string[];
  readonly var?: readonly string[];
  readonly autoApply?: true;
  readonly savePlan?: true;
  readonly allowEmptyApply?: true;
  readonly terraformVersion?: string;
  readonly allowConfigGeneration?: true;
  readonly debuggingMode?: true;
  readonly watch?: true;
  readonly json?: true;
}

export async function createRun(
  reference: string,
  flags: CreateRunFlags,
  terminal: Terminal,
): Promise<number> {
  const params = readParams(flags);
  const { client } = await connect(flags, terminal.env);
  const narrate = narrator(terminal, flags);
  const workspace = await findWorkspace(client, reference);

  let configurationVersionId: string | undefined;
  if (flags.dir !== undefined) {
    const uploaded = await uploadFolder(client, workspace.id, flags.dir, {
      speculative: flags.planOnly === true,
      ...(flags.savePlan === true ? { provisional: true } : {}),
    });
    configurationVersionId = uploaded.configurationVersionId;
    const kibibytes = Math.max(1, Math.round(uploaded.archiveBytes / 1024));
    narrate.print(
      `Uploaded ${String(uploaded.fileCount)} files (${String(kibibytes)} KiB) from ${flags.dir}`,
    );
    if (uploaded.configurationFileCount === 0) narrate.note(`Note: ${flags.dir} holds no .tf file.`);
  }

  let run = await client.runs.create({
    workspace_id: workspace.id,
    params,
    configuration_version_id: configurationVersionId,
  });
  narrate.print(`Created ${run.id} in ${reference}: ${statusText(narrate, run)}`);
  if (flags.watch === true) run = await followRun(client, narrate, run.id, { until: 'settled' });
  if (flags.json === true) terminal.print(JSON.stringify(run, null, 2));
  else printNextSteps(terminal, run);
  return flags.watch === true ? exitCodeOf(run) : EXIT.ok;
}

const FLAG_OF_FIELD: Readonly<Record<string, string>> = {
  message: '--message',
  is_destroy: '--destroy',
  plan_only: '--plan-only',
  refresh_only: '--refresh-only',
  target_addrs: '--target',
  replace_addrs: '--replace',
  variables: '--var',
  save_plan: '--save-plan',
  terraform_version: '--terraform-version',
  allow_config_generation: '--allow-config-generation',
  debugging_mode: '--debugging-mode',
};

/** The run's parameters, checked before anything is sent. */
function readParams(flags: CreateRunFlags): RunCreateRequest['params'] {
  const params = {
    ...(flags.message === undefined ? {} : { message: flags.message }),
    is_destroy: flags.destroy === true,
    plan_only: flags.planOnly === true,
    refresh_only: flags.refreshOnly === true,
    refresh: flags.refresh,
    save_plan: flags.savePlan === true,
    allow_empty_apply: flags.allowEmptyApply === true,
    allow_config_generation: flags.allowConfigGeneration === true,
    debugging_mode: flags.debuggingMode === true,
    ...(flags.autoApply === true ? { auto_apply: true } : {}),
    ...(flags.target === undefined ? {} : { target_addrs: [...flags.target] }),
    ...(flags.replace === undefined ? {} : { replace_addrs: [...flags.replace] }),
    ...(flags.var === undefined ? {} : { variables: flags.var.map((text) => readVariable(text)) }),
    ...(flags.terraformVersion === undefined ? {} : { terraform_version: flags.terraformVersion }),
  };
  const parsed = RunCreateRequest.safeParse({ workspace_id: 'ws-0', params });
  if (parsed.success) return parsed.data.params;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[1] ?? '');
  throw usageError(`${FLAG_OF_FIELD[field] ?? field}: ${inFlags(issue?.message ?? 'not valid')}`);
}

/** Rewrites the fields in a message as the flags of the command line. */
function inFlags(message: string): string {
  return Object.entries(FLAG_OF_FIELD).reduce(
    (text, [field, flag]) => (field.includes('_') ? text.replaceAll(field, flag) : text),
    message,
  );
}
