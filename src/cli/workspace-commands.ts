import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** `runwright workspace …`. */
export function addWorkspaceCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const workspace = program
    .command('workspace')
    .description('Settings of a workspace.')
    .addHelpText('after', '\nExample:\n  runwright workspace engine acme/network');

  withConnection(workspace.command('engine').argument('<workspace>', 'ORGANIZATION/NAME or ws-…'))
    .argument('[engine]', "terraform, opentofu, or inherited for the organization's")
    .description('Show what runs of a workspace are made with, or choose it.')
    .option('--engine-version <version>', 'exact, a constraint, or latest')
    .addHelpText(
      'after',
      example('runwright workspace engine acme/network opentofu --engine-version "~> 1.12"'),
    )
    .action(async (reference: string, engine: string | undefined, flags) => {
      const { workspaceEngine } = await import('./commands/workspace-engine.ts');
      setExitCode(await workspaceEngine(reference, engine, flags, terminal));
    });
}
