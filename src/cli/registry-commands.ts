import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** `runwright registry …`: the modules and providers that an organization publishes for itself. */
export function addRegistryCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const registry = program
    .command('registry')
    .description('Publish, list and delete modules and providers of an organization.')
    .addHelpText('after', '\nExample:\n  runwright registry list acme');

  withConnection(registry.command('publish-module'))
    .argument('<module>', 'ORGANIZATION/NAME/PROVIDER; made if there is none')
    .argument('<version>', 'a semantic version, as 1.2.0')
    .argument('<folder>', 'with the files of the module')
    .description('Publish a folder as a version of a module. A version never changes.')
    .addHelpText('after', example('runwright registry publish-module acme/network/aws 1.2.0 ./network'))
    .action(async (module: string, version: string, folder: string, flags) => {
      const { publishModule } = await import('./commands/publish-module.ts');
      setExitCode(await publishModule({ module, version, folder }, flags, terminal));
    });

  withConnection(registry.command('publish-provider'))
    .argument('<provider>', 'ORGANIZATION/NAME; made if there is none')
    .argument('<version>', 'a semantic version, as 1.2.0')
    .argument('<folder>', 'with the archives, SHA256SUMS and SHA256SUMS.sig, as goreleaser writes them')
    .description('Publish a signed version of a provider. Repeated, it goes on where it was interrupted.')
    .option('--key <file>', 'the public key that SHA256SUMS is signed with (gpg --armor --export)')
    .option('--protocols <list>', 'plugin protocols that the provider speaks', '5.0')
    .addHelpText(
      'after',
      example('runwright registry publish-provider acme/internal 1.2.0 ./dist --key ./key.asc'),
    )
    .action(async (provider: string, version: string, folder: string, flags) => {
      const { publishProvider } = await import('./commands/publish-provider.ts');
      setExitCode(await publishProvider({ provider, version, folder }, flags, terminal));
    });

  withConnection(registry.command('list').argument('<organization>'))
    .description('List the modules and providers of an organization with their versions.')
    .addHelpText('after', example('runwright registry list acme'))
    .action(async (organization: string, flags) => {
      const { listRegistry } = await import('./commands/registry.ts');
      setExitCode(await listRegistry(organization, flags, terminal));
    });

  withConnection(registry.command('show').argument('<module>', 'ORGANIZATION/NAME/PROVIDER'))
    .argument('[version]', 'the newest if not given')
    .description('Show what a module takes and gives: inputs, outputs, README.')
    .addHelpText('after', example('runwright registry show acme/network/aws 1.2.0'))
    .action(async (module: string, version: string | undefined, flags) => {
      const { showModule } = await import('./commands/registry.ts');
      setExitCode(await showModule(module, version, flags, terminal));
    });

  withConnection(registry.command('delete'))
    .argument('<name>', 'ORGANIZATION/NAME/PROVIDER of a module, ORGANIZATION/NAME of a provider')
    .argument('<version>', 'other bytes are never published under it')
    .description('Delete a version of a module or provider.')
    .addHelpText('after', example('runwright registry delete acme/network/aws 1.2.0'))
    .action(async (name: string, version: string, flags) => {
      const { deleteVersion } = await import('./commands/registry.ts');
      setExitCode(await deleteVersion(name, version, flags, terminal));
    });
}
