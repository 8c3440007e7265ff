import type { Command } from 'commander';
import type { ExportFlags, ImportFlags, ProvidersFlags } from './commands/providers.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** `runwright providers`: the providers that a runner on this machine keeps, and their transfer (docs/offline.md). */
export function addProviderCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const providers = program
    .command('providers')
    .description('List, export and import the providers that a runner of this machine keeps.')
    .addHelpText('after', '\nExample:\n  runwright providers list --home /var/lib/runwright');

  const withFolders = (command: Command): Command =>
    command
      .option('--work <folder>', 'work folder of an agent (RUNWRIGHT_WORK)')
      .option('--home <folder>', 'data folder of a server (RUNWRIGHT_HOME, default ./.runwright)')
      .option('--json', 'print JSON');

  withFolders(providers.command('list'))
    .description('List the providers that are kept.')
    .addHelpText('after', '\nExample:\n  runwright providers list --home /var/lib/runwright')
    .action(async (flags: ProvidersFlags) => {
      const { runProvidersList } = await import('./commands/providers.ts');
      setExitCode(await runProvidersList(flags, terminal));
    });

  withFolders(providers.command('export <folder>'))
    .description(
      'Copy all of them, or the signed archives of those in lock files, into a folder, which terraform can use as a filesystem_mirror too.',
    )
    .option('--lock <files...>', 'lock files whose providers are fetched from their registries')
    .option('--platform <platforms...>', 'with --lock: as linux_amd64 (default: of this machine)')
    .addHelpText(
      'after',
      '\nExample:\n  runwright providers export /media/stick/providers\n  runwright providers export /media/stick/providers --lock network/.terraform.lock.hcl --platform linux_amd64',
    )
    .action(async (folder: string, flags: ExportFlags) => {
      const { runProvidersExport } = await import('./commands/providers.ts');
      setExitCode(await runProvidersExport(folder, flags, terminal));
    });

  withFolders(providers.command('import <folder>'))
    .description('Take the providers of such a folder, or of one that `terraform providers mirror` has made.')
    .option('--key <file>', 'OpenPGP keys, one of which has to sign every archive')
    .addHelpText(
      'after',
      '\nExample:\n  runwright providers import /media/stick/providers --work /var/lib/agent',
    )
    .action(async (folder: string, flags: ImportFlags) => {
      const { runProvidersImport } = await import('./commands/providers.ts');
      setExitCode(await runProvidersImport(folder, flags, terminal));
    });
}
