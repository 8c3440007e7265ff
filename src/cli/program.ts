import { ApiError } from '@runwright/client';
import { Command, CommanderError } from 'commander';
import { CliError, fromApiError } from './cli-error.ts';
import { EXIT, EXIT_CODES_HELP, type SetExitCode } from './exit-codes.ts';
import { addAgentCommands } from './agent-commands.ts';
import { addCheckCommands } from './check-commands.ts';
import { addMirrorCommands } from './mirror-commands.ts';
import { addRegistryCommands } from './registry-commands.ts';
import { addRunCommands } from './run-commands.ts';
import { addStoreCommands } from './store-commands.ts';
import { addTaskCommands } from './task-commands.ts';
import { addWorkspaceCommands } from './workspace-commands.ts';
import { addServiceCommands } from './service-commands.ts';
import { printable, type Terminal } from './terminal.ts';

/** Runs a command line. Never throws: every failure is one clear line on stderr and an exit code. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.ok;
  const setExitCode: SetExitCode = (code) => {
    exitCode = code;
  };
  const program = buildProgram(terminal, setExitCode);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportError(error, terminal, args.includes('--json'));
  }
}

export function buildProgram(terminal: Terminal, setExitCode: SetExitCode): Command {
  const program = new Command('runwright')
    .description('A self-hosted Terraform run platform.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.print(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.note(text.trimEnd());
      },
    })
    .showHelpAfterError('Add --help to see how the command is used.')
    .addHelpText('after', `${EXIT_CODES_HELP}\n\nExample:\n  runwright serve --home ./data --port 8080`);
  addServiceCommands(program, terminal, setExitCode);
  addRunCommands(program, terminal, setExitCode);
  addWorkspaceCommands(program, terminal, setExitCode);
  addCheckCommands(program, terminal, setExitCode);
  addTaskCommands(program, terminal, setExitCode);
  addMirrorCommands(program, terminal, setExitCode);
  addAgentCommands(program, terminal, setExitCode);
  addStoreCommands(program, terminal, setExitCode);
  addRegistryCommands(program, terminal, setExitCode);
  return program;
}

function reportError(error: unknown, terminal: Terminal, isJson: boolean): number {
  const known = error instanceof ApiError ? fromApiError(error) : error;
  if (!(known instanceof CliError)) {
    terminal.note(
      `runwright: unexpected error: ${known instanceof Error ? (known.stack ?? known.message) : String(known)}`,
    );
    return EXIT.failed;
  }
  const { message, fix, exitCode } = known;
  if (isJson) {
    const status = error instanceof ApiError ? { status: error.status, code: error.code } : {};
    terminal.note(JSON.stringify({ error: { message, ...(fix === undefined ? {} : { fix }), ...status } }));
  } else {
    // A server's text is not trusted.
    terminal.note(printable(`runwright: ${message}${fix === undefined ? '' : `: ${fix}`}`));
  }
  return exitCode;
}
