import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** `runwright policy …` and `runwright price-book …`: the checks between plan and apply. */
export function addCheckCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const policy = program
    .command('policy')
    .description('Try policies on past plans, and upload policy sets.')
    .addHelpText('after', '\nExample:\n  runwright policy test ./policies acme/network');

  withConnection(policy.command('test'))
    .argument('<folder>', 'with policies.yaml or policies.json')
    .argument('<workspace>', 'ORGANIZATION/NAME or ws-…')
    .description('Evaluate a folder of policies against the plans of past runs. Nothing is changed.')
    .option('--limit <count>', 'how many runs, newest first', '20')
    .option('--timeout <seconds>', 'for all runs together; one has 5 seconds, as on the server', '120')
    .option('--opa <path>', 'the opa that evaluates Rego; otherwise RUNWRIGHT_OPA_COMMAND')
    .option('--param <key=value>', 'a parameter of the set; may be repeated', collect)
    .addHelpText('after', example('runwright policy test ./policies acme/network --limit 50'))
    .action(async (folder: string, workspace: string, flags) => {
      const { testPolicies } = await import('./commands/policy-test.ts');
      setExitCode(await testPolicies(folder, workspace, flags, terminal));
    });

  withConnection(policy.command('upload'))
    .argument('<set>', 'ORGANIZATION/NAME; made if there is none')
    .argument('<folder>', 'with policies.yaml or policies.json')
    .description('Upload a folder as the next version of a policy set.')
    .option('--kind <kind>', 'of a new set: cel or opa', 'cel')
    .option('--global', 'a new set holds in all workspaces of the organization')
    .addHelpText('after', example('runwright policy upload acme/production ./policies --global'))
    .action(async (set: string, folder: string, flags) => {
      const { uploadPolicies } = await import('./commands/policy-upload.ts');
      setExitCode(await uploadPolicies(set, folder, flags, terminal));
    });

  const books = program
    .command('price-book')
    .description('List and upload the prices that runs are estimated with.')
    .addHelpText('after', '\nExample:\n  runwright price-book list acme');

  withConnection(books.command('list').argument('<organization>'))
    .description('List the price books of an organization.')
    .addHelpText('after', example('runwright price-book list acme'))
    .action(async (organization: string, flags) => {
      const { listPriceBooks } = await import('./commands/price-books.ts');
      setExitCode(await listPriceBooks(organization, flags, terminal));
    });

  withConnection(books.command('upload').argument('<organization>').argument('<file...>'))
    .description(
      'Upload price books (YAML or JSON), each under the name of its file, or as its next version.',
    )
    .addHelpText('after', example('runwright price-book upload acme ./prices/*.yaml'))
    .action(async (organization: string, files: string[], flags) => {
      const { uploadPriceBooks } = await import('./commands/price-books.ts');
      setExitCode(await uploadPriceBooks(organization, files, flags, terminal));
    });
}

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
