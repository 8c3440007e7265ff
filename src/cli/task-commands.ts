import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** `runwright run-task …`: services that runs call before and after a plan and an apply. */
export function addTaskCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const task = program
    .command('run-task')
    .description('List, create and attach run tasks: services that runs ask.')
    .addHelpText('after', '\nExample:\n  runwright run-task list acme');

  withConnection(task.command('list').argument('<organization>'))
    .description('List the run tasks of an organization.')
    .addHelpText('after', example('runwright run-task list acme'))
    .action(async (organization: string, flags) => {
      const { listRunTasks } = await import('./commands/run-tasks.ts');
      setExitCode(await listRunTasks(organization, flags, terminal));
    });

  withConnection(task.command('create'))
    .argument('<task>', 'ORGANIZATION/NAME')
    .argument('<url>', 'of the service, which is called once and must answer 200')
    .description('Create a run task. A key to sign requests with comes from RUNWRIGHT_TASK_HMAC_KEY.')
    .option('--disabled', 'no run asks it yet, and the service is not called')
    .option('--overridable', 'its failure waits for somebody who may override it')
    .option('--global <stages>', 'ask it for every workspace, at these stages', split)
    .option('--mandatory', 'with --global: its failure ends a run')
    .addHelpText('after', example('runwright run-task create acme/scanner https://scanner.example.com'))
    .action(async (name: string, url: string, flags) => {
      const { createRunTask } = await import('./commands/run-tasks.ts');
      setExitCode(await createRunTask(name, url, flags, terminal));
    });

  withConnection(task.command('attach'))
    .argument('<task>', 'ORGANIZATION/NAME')
    .argument('<workspace>', 'ORGANIZATION/NAME or ws-…')
    .description('Let the new runs of a workspace ask a run task.')
    .option('--stages <stages>', 'pre_plan, post_plan, pre_apply, post_apply', split, ['post_plan'])
    .option('--mandatory', 'its failure ends a run')
    .addHelpText('after', example('runwright run-task attach acme/scanner acme/network --mandatory'))
    .action(async (name: string, workspace: string, flags) => {
      const { attachRunTask } = await import('./commands/run-tasks.ts');
      setExitCode(await attachRunTask(name, workspace, flags, terminal));
    });

  withConnection(task.command('results').argument('<run>', 'run-…'))
    .description('Show what the services said of a run.')
    .addHelpText('after', example('runwright run-task results run-AbCdEfGhIjKlMnOp'))
    .action(async (run: string, flags) => {
      const { showTaskResults } = await import('./commands/task-results.ts');
      setExitCode(await showTaskResults(run, flags, terminal));
    });

  withConnection(task.command('override').argument('<run>', 'run-…'))
    .description('Let a run go on whose tasks failed and may be overridden.')
    .option('--comment <text>', 'why')
    .addHelpText('after', example('runwright run-task override run-AbCdEfGhIjKlMnOp --comment "agreed"'))
    .action(async (run: string, flags) => {
      const { overrideTasks } = await import('./commands/task-results.ts');
      setExitCode(await overrideTasks(run, flags, terminal));
    });
}

const split = (text: string): string[] => text.split(',').map((word) => word.trim());
