import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

const RUN_ID = 'run-AbCdEfGhIjKlMnOp';

/** `runwright run …`: each command is a file in commands/, loaded when it runs. */
export function addRunCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const run = program.command('run').description('Create, watch and decide runs on any compatible server.');

  withConnection(run.command('create').argument('<workspace>', 'ORGANIZATION/NAME or ws-…'))
    .description('Start a run, with the configuration in --dir or the one that the workspace has.')
    .option('--dir <folder>', 'upload this folder as the configuration (heeds .terraformignore)')
    .option('--message <text>', 'what the run is for')
    .option('--destroy', 'plan to destroy everything')
    .option('--plan-only', 'plan, never apply')
    .option('--refresh-only', 'take over what has changed outside, change nothing')
    .option('--no-refresh', 'plan with the state as it is')
    .option('--target <address>', 'only this resource or module; may be repeated', collect)
    .option('--replace <address>', 'replace this resource; may be repeated', collect)
    .option('--var <name=value>', 'set a variable for this run; may be repeated', collect)
    .option('--auto-apply', 'apply without asking when the plan succeeds')
    .option('--save-plan', 'keep the plan, to be applied later')
    .option('--allow-empty-apply', 'apply even when nothing changes')
    .option('--terraform-version <version>', 'terraform version (with --plan-only)')
    .option('--allow-config-generation', 'write configuration for import blocks that have none')
    .option('--debugging-mode', "keep terraform's trace with the run")
    .option('--watch', 'show the run until it is over or needs approval')
    .addHelpText('after', example('runwright run create acme/network --dir . --var region=eu-west-1 --watch'))
    .action(async (workspace: string, flags) => {
      const { createRun } = await import('./commands/run-create.ts');
      setExitCode(await createRun(workspace, flags, terminal));
    });

  withConnection(run.command('list').argument('<workspace>', 'ORGANIZATION/NAME or ws-…'))
    .description('List the runs of a workspace, newest first.')
    .option('--operation <words>', 'plan, plan_destroy, apply, destroy (default: apply,destroy)')
    .option('--status <words>', 'only these statuses')
    .option('--status-group <words>', 'pending, completed, failed, discarded')
    .option('--source <words>', 'api, cli, ui, vcs, run_trigger')
    .option('--search <text>', 'part of a message, user, commit or run id')
    .option('--user <text>', 'part of the name of who started it')
    .option('--mine', 'only runs that you have started')
    .option('--needs-confirmation', 'only runs that somebody can confirm now')
    .option('--timeframe <year>', 'a year such as 2026, or year for the last twelve months')
    .option('--limit <count>', 'how many at most', '20')
    .addHelpText('after', example('runwright run list acme/network --status-group failed'))
    .action(async (workspace: string, flags) => {
      const { listRuns } = await import('./commands/run-list.ts');
      setExitCode(await listRuns(workspace, flags, terminal));
    });

  withConnection(run.command('show').argument('<run>', 'run-…'))
    .description('Show a run and what can be done with it.')
    .addHelpText('after', example(`runwright run show ${RUN_ID}`))
    .action(async (id: string, flags) => {
      const { showRun } = await import('./commands/run-show.ts');
      setExitCode(await showRun(id, flags, terminal));
    });

  withConnection(run.command('watch').argument('<run>', 'run-…'))
    .description('Show the timeline and logs of a run as they happen.')
    .option('--until <goal>', 'settled (over or needs approval) or final (over)', 'settled')
    .addHelpText('after', example(`runwright run watch ${RUN_ID} --until final`))
    .action(async (id: string, flags) => {
      const { watchRun } = await import('./commands/run-watch.ts');
      setExitCode(await watchRun(id, flags, terminal));
    });

  for (const [name, description] of [
    ['apply', 'Confirm a planned run: it is applied.'],
    ['approve', 'Agree to the plan of a run, where its workspace asks for approvals.'],
    ['discard', 'Drop a planned run.'],
    ['cancel', 'Stop a run that waits or works.'],
    ['force-cancel', 'Kill a run that did not stop after cancel, and unlock its workspace.'],
  ] as const) {
    withConnection(run.command(name).argument('<run>', 'run-…'))
      .description(description)
      .option('--comment <text>', 'why; kept with the run')
      .option('--watch', 'show the run until it is over')
      .addHelpText('after', example(`runwright run ${name} ${RUN_ID} --comment "as agreed"`))
      .action(async (id: string, flags) => {
        const { actOnRun } = await import('./commands/run-action.ts');
        setExitCode(await actOnRun(name, id, flags, terminal));
      });
  }

  withConnection(run.command('logs').argument('<run>', 'run-…'))
    .description("Print a run's logs, those of its plan and of its apply.")
    .option('--phase <phase>', 'plan or apply (default: both)')
    .option('--follow', 'go on until the phase is over')
    .option('--raw', 'as terraform wrote it, JSON lines included')
    .option('--trace', 'the trace of a run with --debugging-mode instead, once its phase is over')
    .addHelpText('after', example(`runwright run logs ${RUN_ID} --phase apply --follow`))
    .action(async (id: string, flags) => {
      const { printLogs } = await import('./commands/run-logs.ts');
      setExitCode(await printLogs(id, flags, terminal));
    });

  withConnection(run.command('outputs').argument('<workspace>', 'ORGANIZATION/NAME or ws-…'))
    .description("Print the outputs of a workspace's current state. Sensitive values are not shown.")
    .addHelpText('after', example('runwright run outputs acme/network --json'))
    .action(async (workspace: string, flags) => {
      const { printOutputs } = await import('./commands/run-outputs.ts');
      setExitCode(await printOutputs(workspace, flags, terminal));
    });
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
