import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface AuditVerifyFlags {
  readonly home?: string;
  readonly databaseUrl?: string;
  readonly head?: string;
  readonly json?: true;
}

/** Exit code 0 when every entry is sound, 1 when one is not, 3 when the database cannot be opened. */
export async function runAuditVerify(flags: AuditVerifyFlags, terminal: Terminal): Promise<number> {
  const known = flags.head === undefined ? undefined : parseHead(flags.head);
  const { verifyAuditTrail, isStartProblem } = await import('../../server/main.ts');
  const verdict = await verifyAuditTrail(terminal.env, flags, known).catch((error: unknown) => {
    if (isStartProblem(error)) throw new CliError(error.message, { exitCode: EXIT.unavailable });
    throw error;
  });
  if (flags.json) terminal.print(JSON.stringify(verdict));
  else if (verdict.sound) {
    const waiting = verdict.unsealed === 0 ? '' : `; ${verdict.unsealed} newer ones are not in the chain yet`;
    terminal.print(`The audit trail is sound: ${verdict.entries} entries${waiting}.`);
    if (verdict.head !== null) {
      terminal.print(`Its head is ${verdict.head.position}:${verdict.head.hash}`);
    }
  } else {
    const { kind, entry, detail } = verdict.problem;
    terminal.print(`The audit trail is NOT sound: ${verdict.entries} entries are, then one was ${kind}.`);
    terminal.print(printable(entry === null ? detail : `${detail} (${entry})`));
  }
  return verdict.sound ? EXIT.ok : EXIT.failed;
}

function parseHead(text: string): { position: number; hash: string } {
  const match = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text);
  if (match === null) throw usageError('--head must be what verify printed before: POSITION:HASH');
  return { position: Number(match[1]), hash: match[2] ?? '' };
}
