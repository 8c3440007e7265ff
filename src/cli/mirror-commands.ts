import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** `runwright mirror …`: providers of other registries at the server, for runners that cannot reach those (docs/offline.md). */
export function addMirrorCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const mirror = program
    .command('mirror')
    .description('Upload, list and delete providers of other registries that an organization keeps.')
    .addHelpText('after', '\nExample:\n  runwright mirror list acme');

  withConnection(mirror.command('upload'))
    .argument('<organization>')
    .argument('<folder>', 'what `terraform providers mirror` has made')
    .description('Upload the archives of a folder. Repeated, it goes on where it was interrupted.')
    .addHelpText('after', example('runwright mirror upload acme /media/stick/providers'))
    .action(async (organization: string, folder: string, flags) => {
      const { uploadToMirror } = await import('./commands/mirror.ts');
      setExitCode(await uploadToMirror({ organization, folder }, flags, terminal));
    });

  withConnection(mirror.command('list').argument('<organization>'))
    .description('List the providers that there are.')
    .addHelpText('after', example('runwright mirror list acme'))
    .action(async (organization: string, flags) => {
      const { listMirrored } = await import('./commands/mirror.ts');
      setExitCode(await listMirrored(organization, flags, terminal));
    });

  withConnection(mirror.command('delete'))
    .argument('<organization>')
    .argument('<provider>', 'HOST/NAMESPACE/TYPE')
    .argument('<version>', 'a version, for all platforms')
    .description('Delete a version of a provider. Runs that have it kept go on with it.')
    .addHelpText(
      'after',
      example('runwright mirror delete acme registry.terraform.io/hashicorp/random 3.7.2'),
    )
    .action(async (organization: string, provider: string, version: string, flags) => {
      const { deleteFromMirror } = await import('./commands/mirror.ts');
      setExitCode(await deleteFromMirror({ organization, provider, version }, flags, terminal));
    });
}
