import { EXIT } from '../exit-codes.ts';
import { CliError } from '../cli-error.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface RotateKeysFlags {
  readonly home?: string;
  readonly databaseUrl?: string;
  readonly json?: true;
}

/** Exit code 1 when a stored secret could not be read: its key is needed until the secret is set again. */
export async function runRotateKeys(flags: RotateKeysFlags, terminal: Terminal): Promise<number> {
  const { isStartProblem, rotateKeys } = await import('../../server/main.ts');
  const isJson = flags.json !== undefined;
  const { keyId, resealed, problems } = await rotateKeys(terminal.env, flags, (count) => {
    if (!isJson) terminal.note(`${String(count)} encrypted anew`);
  }).catch((error: unknown) => {
    if (isStartProblem(error)) throw new CliError(error.message, { exitCode: EXIT.failed });
    throw error;
  });
  const ok = problems.length === 0;
  if (isJson) {
    terminal.print(JSON.stringify({ ok, key: keyId, resealed, unreadable: problems }, null, 2));
  } else {
    for (const problem of problems) terminal.note(`runwright: ${printable(problem)}`);
    terminal.print(
      `${String(resealed)} encrypted anew; ` +
        (ok
          ? `everything has the key ${keyId} now, older ones are no longer needed`
          : `${String(problems.length)} could not be read: add their keys and run it again, or write them again`),
    );
  }
  return ok ? EXIT.ok : EXIT.failed;
}
