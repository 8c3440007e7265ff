import { ApiError } from '@runwright/client';
import { EXIT } from './exit-codes.ts';

/** Ends a command with one clear line. `fix` says how to correct the error. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  readonly fix: string | undefined;

  constructor(message: string, { exitCode, fix }: { exitCode: number; fix?: string }) {
    super(message);
    this.exitCode = exitCode;
    this.fix = fix;
  }
}

export function usageError(message: string, fix?: string): CliError {
  return new CliError(message, { exitCode: EXIT.usage, ...(fix === undefined ? {} : { fix }) });
}

/** The command-line form of an API error. */
export function fromApiError(error: ApiError): CliError {
  switch (error.code) {
    case 'unreachable':
    case 'timeout':
      return new CliError(error.message, {
        exitCode: EXIT.unavailable,
        fix: error.mayHaveHappened
          ? 'the request may have been carried out: look with `runwright run list` before repeating it'
          : 'check --address (or RUNWRIGHT_URL), and that the server runs: `runwright serve` starts one here',
      });
    case 'unauthorized':
      return new CliError('the server does not accept the token', {
        exitCode: EXIT.unavailable,
        fix: 'set RUNWRIGHT_TOKEN, or name a file that holds a valid token with --token-file',
      });
    case 'not_found':
      return new CliError('not found, or the token may not see it', {
        exitCode: EXIT.failed,
        fix: 'check the name or id, and which server --address names',
      });
    case 'forbidden':
    case 'conflict':
    case 'precondition_failed':
    case 'invalid':
    case 'rate_limited':
    case 'upstream_error':
      return new CliError(describe(error), {
        exitCode: EXIT.failed,
        ...(error.mayHaveHappened
          ? { fix: 'the request may have been carried out: look before repeating it' }
          : {}),
      });
  }
}

function describe(error: ApiError): string {
  const entries = error.errors
    .map(({ title, detail }) => detail ?? title)
    .filter((text) => text !== undefined);
  return `the server refused (${String(error.status)}): ${entries.length === 0 ? error.message : entries.join('; ')}`;
}
