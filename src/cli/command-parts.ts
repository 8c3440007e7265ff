import type { Command } from 'commander';
import { EXIT_CODES_HELP } from './exit-codes.ts';

/** The options of every command that calls a server. */
export function withConnection(command: Command): Command {
  return command
    .option('--address <url>', 'the server (RUNWRIGHT_URL or TFC_ADDRESS; default http://127.0.0.1:8080)')
    .option('--token-file <file>', 'file with the API token (or RUNWRIGHT_TOKEN, TFC_TOKEN)')
    .option('--json', 'print JSON');
}

export function example(line: string): string {
  return `${EXIT_CODES_HELP}\n\nExample:\n  ${line}`;
}
