import type { Client, RunTask } from '@runwright/client';
import { CliError, usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { findWorkspace } from '../references.ts';
import { printable, type Terminal } from '../terminal.ts';

interface Flags extends ConnectionFlags {
  readonly json?: true;
}

export async function listRunTasks(organization: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const { data } = await client.runTasks.list(organization, { pageSize: 100 });
  if (flags.json === true) terminal.print(JSON.stringify(data, null, 2));
  else if (data.length === 0)
    terminal.print(`No run tasks. Next: runwright run-task create ${organization}/NAME URL`);
  else for (const task of data) terminal.print(describe(task));
  return EXIT.ok;
}

export async function createRunTask(
  reference: string,
  url: string,
  flags: Flags & { disabled?: true; overridable?: true; global?: string[]; mandatory?: true },
  terminal: Terminal,
): Promise<number> {
  const { organization, name } = readReference(reference);
  const key = terminal.env['RUNWRIGHT_TASK_HMAC_KEY'];
  const { client } = await connect(flags, terminal.env);
  const task = await client.runTasks.create(organization, {
    name,
    url,
    enabled: flags.disabled !== true,
    overridable: flags.overridable === true,
    ...(key === undefined || key === '' ? {} : { 'hmac-key': key }),
    ...(flags.global === undefined
      ? {}
      : {
          'global-configuration': {
            enabled: true,
            stages: flags.global,
            'enforcement-level': flags.mandatory === true ? 'mandatory' : 'advisory',
          },
        }),
  });
  terminal.print(flags.json === true ? JSON.stringify(task, null, 2) : describe(task));
  return EXIT.ok;
}

export async function attachRunTask(
  reference: string,
  workspaceReference: string,
  flags: Flags & { stages: string[]; mandatory?: true },
  terminal: Terminal,
): Promise<number> {
  const { organization, name } = readReference(reference);
  const { client } = await connect(flags, terminal.env);
  const task = await findTask(client, organization, name);
  const workspace = await findWorkspace(client, workspaceReference);
  const attached = await client.workspaceTasks.attach(workspace.id, task.id, {
    stages: flags.stages,
    'enforcement-level': flags.mandatory === true ? 'mandatory' : 'advisory',
  });
  const { attributes } = attached;
  terminal.print(
    flags.json === true
      ? JSON.stringify(attached, null, 2)
      : `${attached.id}  ${name} is asked at ${attributes.stages?.join(', ')}, ${attributes['enforcement-level']}`,
  );
  return EXIT.ok;
}

async function findTask(client: Client, organization: string, name: string): Promise<RunTask> {
  const { data } = await client.runTasks.list(organization, { pageSize: 100 });
  const task = data.find(({ attributes }) => attributes.name === name);
  if (task !== undefined) return task;
  throw new CliError(`there is no run task ${JSON.stringify(name)} in ${organization}`, {
    exitCode: EXIT.failed,
    fix: `runwright run-task list ${organization} shows them`,
  });
}

function readReference(reference: string): { organization: string; name: string } {
  const [organization = '', name = '', ...rest] = reference.split('/');
  if (organization === '' || name === '' || rest.length > 0)
    throw usageError(`${JSON.stringify(reference)} names no run task`, 'write ORGANIZATION/NAME');
  return { organization, name };
}

function describe({ id, attributes }: RunTask): string {
  const global = attributes['global-configuration'];
  return [
    id,
    attributes.name,
    printable(attributes.url),
    attributes.enabled === false ? 'disabled' : 'enabled',
    ...(global?.enabled === true
      ? [`in every workspace at ${global.stages?.join(', ')}, ${global['enforcement-level']}`]
      : []),
  ].join('  ');
}
