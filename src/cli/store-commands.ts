import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { OrderFlags } from './commands/provider-stores.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

const ORDERS = [
  ['pin', 'Keep a package, however long no run uses it.'],
  ['unpin', 'Let a package be removed again when the store needs room.'],
  ['prefetch', 'Have the runner fetch a package from its registry, before a run needs it.'],
  ['delete', 'Delete a package. Runs that need it fetch it again.'],
] as const;

/** `runwright provider-stores …`: the providers that runners keep, wherever they are (docs/offline.md). */
export function addStoreCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const stores = program
    .command('provider-stores')
    .description('List the providers that runners keep, and order them to fetch, pin or delete some.')
    .addHelpText('after', '\nExample:\n  runwright provider-stores list acme');

  withConnection(stores.command('list'))
    .argument('[organization]', 'for its agent pools; without it: those of the server itself')
    .description('List the stores of providers, each with its id, size and last scrub.')
    .addHelpText('after', example('runwright provider-stores list acme'))
    .action(async (organization: string | undefined, flags) => {
      const { listStores } = await import('./commands/provider-stores.ts');
      setExitCode(await listStores(organization, flags, terminal));
    });

  withConnection(stores.command('show').argument('<store>', 'pstore-…'))
    .option('--search <text>', 'a part of the address')
    .description('List the packages that a store keeps, as its runner last reported them.')
    .addHelpText('after', example('runwright provider-stores show pstore-SihZTyXKfNXUWuUa'))
    .action(async (store: string, flags) => {
      const { showStore } = await import('./commands/provider-stores.ts');
      setExitCode(await showStore(store, flags, terminal));
    });

  withConnection(stores.command('orders').argument('<store>', 'pstore-…'))
    .description('List the orders for a store, the newest first, and what has come of them.')
    .addHelpText('after', example('runwright provider-stores orders pstore-SihZTyXKfNXUWuUa'))
    .action(async (store: string, flags) => {
      const { listOrders } = await import('./commands/provider-stores.ts');
      setExitCode(await listOrders(store, flags, terminal));
    });

  for (const [kind, description] of ORDERS)
    withConnection(stores.command(kind))
      .argument('<store>', 'pstore-…')
      .argument('<provider>', 'HOST/NAMESPACE/TYPE')
      .argument('<version>')
      .option('--platform <platform>', "like linux_amd64 (default: the runner's)")
      .option('--no-wait', 'do not wait for the runner')
      .description(description)
      .addHelpText(
        'after',
        example(
          `runwright provider-stores ${kind} pstore-SihZTyXKfNXUWuUa registry.terraform.io/hashicorp/random 3.7.2`,
        ),
      )
      .action(async (store: string, address: string, version: string, flags: OrderFlags) => {
        const { orderProvider } = await import('./commands/provider-stores.ts');
        setExitCode(await orderProvider(store, { kind, address, version }, flags, terminal));
      });
}
