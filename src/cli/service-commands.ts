import type { Command } from 'commander';
import { usageError } from './cli-error.ts';
import { addProviderCommands } from './provider-commands.ts';
import type { McpFlags } from './commands/mcp-http.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/**
 * The commands besides `run`. The modules of a command are loaded when it runs: `mcp` must answer quickly, and loads
 * no server.
 */
export function addServiceCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const { env } = terminal;

  program
    .command('serve')
    .description('Start the server. Flags win over the environment variables named with them.')
    .option('--host <host>', 'address to listen on (RUNWRIGHT_HOST, default 127.0.0.1)')
    .option('--port <port>', 'port to listen on, 0 for a free one (RUNWRIGHT_PORT, default 8080)')
    .option('--home <folder>', 'data folder (RUNWRIGHT_HOME, default ./.runwright)')
    .option('--url <url>', 'address that others reach the server by (RUNWRIGHT_URL)')
    .option('--database-url <url>', 'PostgreSQL database (DATABASE_URL, default: embedded)', withoutPassword)
    .option('--runners <count>', 'runs at a time of the built-in runner, 0 for none (RUNWRIGHT_RUNNERS)')
    .addHelpText('after', '\nExample:\n  runwright serve --host 0.0.0.0 --url https://runwright.example.com')
    .action(async (flags: Record<string, string>) => {
      const runners = flags['runners'] ?? env['RUNWRIGHT_RUNNERS'];
      if (runners !== '0') {
        const { checkRunnerSettings } = await import('./commands/agent.ts');
        await checkRunnerSettings(env);
      }
      const [{ serve }, { programVersion }] = await Promise.all([
        import('../server/main.ts'),
        import('./version.ts'),
      ]);
      // The built-in runner is this same program in a second process.
      setExitCode(await serve(env, flags, process.argv[1] ?? 'runwright', programVersion()));
    });

  program
    .command('agent')
    .description('Run plans and applies for a server, on this machine.')
    .option('--url <url>', 'the server (RUNWRIGHT_URL)')
    .option('--token-file <file>', 'file with the agent token (or RUNWRIGHT_AGENT_TOKEN)')
    .option('--name <name>', 'what people see (RUNWRIGHT_AGENT_NAME, default: the host name)')
    .option(
      '--slots <count>',
      'runs at a time (RUNWRIGHT_SLOTS, default: two for each core, and no more than one for each 2 GiB of memory)',
    )
    .addHelpText(
      'after',
      `
More settings, from the environment:
  RUNWRIGHT_ENGINE         terraform or tofu binary for every run (default: PATH, else a verified download)
  RUNWRIGHT_ENGINE_MIRROR, _OPENTOFU_MIRROR
                           where terraform and OpenTofu are downloaded from (default: their makers' sites)
  RUNWRIGHT_ENGINE_KEY, _OPENTOFU_KEY
                           files with the OpenPGP keys that sign the checksums there (default: their makers')
  RUNWRIGHT_WORK           folder for runs and engines (default: ./.runwright-agent)
  RUNWRIGHT_SANDBOX        auto, required or off (default: auto)
  RUNWRIGHT_SSH_KNOWN_HOSTS  known_hosts file of hosts that modules come from over SSH (default: trust at first sight)
  RUNWRIGHT_RUN_NETWORK    auto, isolated, public or host (default: auto)
  RUNWRIGHT_RUN_ALLOW_NETWORK  loopback ports and private networks that runs may call all the same
  RUNWRIGHT_RUN_REGISTRIES  on, off or mirror: whether providers and engines are fetched (default: on)
  RUNWRIGHT_RUN_PROVIDERS  size of the providers that are kept for later runs
  RUNWRIGHT_RUN_MEMORY, _PROCESSES, _DISK, _TMP, _LOG, _PLAN_TIME, _APPLY_TIME
                           what a run may hold and take (docs/settings.md)
  RUNWRIGHT_LOG_LEVEL      debug, info, warn or error (default: info)

Example:
  RUNWRIGHT_AGENT_TOKEN=… runwright agent --url https://runwright.example.com --slots 4`,
    )
    .action(async (flags: Record<string, string>) => {
      const { runAgent } = await import('./commands/agent.ts');
      setExitCode(await runAgent(flags, env));
    });

  addProviderCommands(program, terminal, setExitCode);

  program
    .command('mcp')
    .description('Serve the tools over MCP, for AI agents: on stdin and stdout, or over HTTP.')
    .option('--http', 'serve http://HOST:PORT/mcp; each request brings its own token')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 for a free one', '8765')
    .option('--url <url>', 'https address that others reach it by, through a proxy')
    .option('--use-own-token', 'requests without a token may use TFC_TOKEN; on this machine only')
    .addHelpText(
      'after',
      `
Settings, from the environment:
  TFC_TOKEN    API token (or TFE_TOKEN)
  TFC_ADDRESS  the server (or TFE_ADDRESS; default: https://app.terraform.io)
  READ_ONLY_TOOLS, ENABLE_DELETE_TOOLS, TFC_TOOLSETS, TFC_ORG_ALLOWLIST and TFC_APPROVAL limit the tools: docs/mcp.md

Example:
  claude mcp add -e TFC_TOKEN=… -e TFC_ADDRESS=http://127.0.0.1:8080 runwright -- runwright mcp`,
    )
    .action(async (flags: McpFlags) => {
      const { programVersion } = await import('./version.ts');
      if (flags.http === true) {
        const { serveMcpOverHttp } = await import('./commands/mcp-http.ts');
        setExitCode(await serveMcpOverHttp(flags, terminal, programVersion()));
        return;
      }
      const { startStdioServer } = await import('../mcp/stdio.ts');
      startStdioServer(env, programVersion());
    });

  program
    .command('login-config')
    .description('Print a terraform CLI configuration for a server, which lets plain http on loopback work.')
    .option('--address <url>', 'the server (RUNWRIGHT_URL, default http://127.0.0.1:8080)')
    .addHelpText(
      'after',
      '\nExample:\n  runwright login-config --address http://localhost:8080 > ~/.terraformrc',
    )
    .action(async (flags) => {
      const { printLoginConfig } = await import('./commands/login-config.ts');
      printLoginConfig(flags, terminal);
    });

  program
    .command('dev-cert')
    .description('Make a certificate for a server on this machine, from an authority of its own.')
    .option('--out <folder>', 'where the files go', './runwright-certificates')
    .option(
      '--host <names...>',
      'more host names or IP addresses; localhost, 127.0.0.1 and ::1 are always in it',
    )
    .option('--days <days>', 'how long it is valid', '365')
    .option('--force', 'replace files that are there')
    .addHelpText('after', '\nExample:\n  runwright dev-cert --host runwright.test')
    .action(async (flags) => {
      const { makeDevelopmentCertificate } = await import('./commands/dev-cert.ts');
      await makeDevelopmentCertificate(flags, terminal);
    });

  program
    .command('version')
    .description('Print the version.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  runwright version --json')
    .action(async ({ json }: { json?: true }) => {
      const { programVersion } = await import('./version.ts');
      const version = programVersion();
      terminal.print(
        json === true ? JSON.stringify({ version, node: process.version }) : `runwright ${version}`,
      );
    });

  program
    .command('doctor')
    .description('Check what a server needs on this machine, and say how to fix what is missing.')
    .option('--host <host>', 'address that the server will listen on (RUNWRIGHT_HOST)')
    .option('--port <port>', 'port that the server will listen on (RUNWRIGHT_PORT)')
    .option('--home <folder>', 'data folder (RUNWRIGHT_HOME)')
    .option('--database-url <url>', 'PostgreSQL database (DATABASE_URL)', withoutPassword)
    .option('--configuration <folder>', 'whose lock file is compared with the providers that are kept here')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExits with 1 when a check fails.\n\nExample:\n  runwright doctor --home ./data')
    .action(async (flags) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      setExitCode(await runDoctor(flags, terminal));
    });

  program
    .command('rotate-keys')
    .description('Encrypt every stored secret with the first key of RUNWRIGHT_ENCRYPTION_KEY.')
    .option('--home <folder>', 'data folder (RUNWRIGHT_HOME)')
    .option('--database-url <url>', 'PostgreSQL database (DATABASE_URL)', withoutPassword)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
List the new key first and the old ones after it, separated by commas, on every server and here. Servers on PostgreSQL
may run meanwhile; one on the embedded database must be stopped. It can be stopped at any point and run again.
Exits with 1 when a secret could not be read.

Example:
  RUNWRIGHT_ENCRYPTION_KEY=$NEW,$OLD runwright rotate-keys --home ./data`,
    )
    .action(async (flags) => {
      const { runRotateKeys } = await import('./commands/rotate-keys.ts');
      setExitCode(await runRotateKeys(flags, terminal));
    });

  program
    .command('backup')
    .description('Copy the database, states, plans, archives and logs of a server to a folder.')
    .requiredOption(
      '--to <folder>',
      'a new folder, or one with an earlier backup, which is brought up to date',
    )
    .option('--home <folder>', 'data folder (RUNWRIGHT_HOME)')
    .option('--database-url <url>', 'PostgreSQL database (DATABASE_URL)', withoutPassword)
    .option(
      '--address <url>',
      'a server that runs on the embedded database (RUNWRIGHT_URL; default http://127.0.0.1:8080)',
    )
    .option(
      '--token-file <file>',
      "file with an administrator's token (default: admin-token in the data folder)",
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The server may run. A PostgreSQL database is dumped with pg_dump. The key that secrets are encrypted with is not copied.
Exits with 1 when it could not be made, or a file is damaged.

Example:
  runwright backup --home ./data --to /backups/runwright`,
    )
    .action(async (flags) => {
      const { runBackup } = await import('./commands/backup.ts');
      setExitCode(await runBackup(flags, terminal));
    });

  program
    .command('restore')
    .description('Put a backup into a data folder that has no data.')
    .requiredOption('--from <folder>', 'the backup')
    .option('--home <folder>', 'data folder (RUNWRIGHT_HOME)')
    .option('--database-url <url>', 'an empty PostgreSQL database (DATABASE_URL)', withoutPassword)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Each file is checked before any is put in place. Stopped in the middle, it can be run again.

Example:
  runwright restore --from /backups/runwright --home ./data`,
    )
    .action(async (flags) => {
      const { runRestore } = await import('./commands/backup.ts');
      setExitCode(await runRestore(flags, terminal));
    });

  const audit = program
    .command('audit')
    .description('The audit trail.')
    .addHelpText('after', '\nExample:\n  runwright audit verify --home ./data');
  audit
    .command('verify')
    .description('Check that no entry of the audit trail was changed, removed, inserted or moved.')
    .option('--home <folder>', 'data folder (RUNWRIGHT_HOME); its server must be stopped')
    .option(
      '--database-url <url>',
      'PostgreSQL database (DATABASE_URL); its servers may run',
      withoutPassword,
    )
    .option('--head <position:hash>', 'an earlier head: shows entries that were cut off at the end too')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExits with 1 when an entry is not sound.\n\nExample:\n  runwright audit verify --home ./data',
    )
    .action(async (flags) => {
      const { runAuditVerify } = await import('./commands/audit-verify.ts');
      setExitCode(await runAuditVerify(flags, terminal));
    });
}

/** Every user of a machine can read the command lines of its processes. */
function withoutPassword(databaseUrl: string): string {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  if (url === null || (url.password === '' && !url.searchParams.has('password'))) return databaseUrl;
  throw usageError(
    '--database-url holds a password, which everybody on this machine could read',
    'set DATABASE_URL in the environment instead',
  );
}
