import { CliError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';
import { programVersion } from '../version.ts';

interface DataFlags {
  readonly home?: string;
  readonly databaseUrl?: string;
  readonly json?: true;
}
export interface BackupFlags extends ConnectionFlags, DataFlags {
  readonly to: string;
}
export interface RestoreFlags extends DataFlags {
  readonly from: string;
}

/** Time for a server to copy its database before it sends the first byte. */
const COPY_MS = 30 * 60_000;
const KEY = "`secret-key` of the data folder, or the server's RUNWRIGHT_ENCRYPTION_KEY";

/** Exit code 1 when a damaged file could not be saved. */
export async function runBackup(flags: BackupFlags, terminal: Terminal): Promise<number> {
  const { makeBackup } = await import('../../server/main.ts');
  const isJson = flags.json !== undefined;
  const { manifest, blobs, logs } = await asOneLine(
    makeBackup(terminal.env, flags, {
      to: flags.to,
      version: programVersion(),
      askServer: async () => await askServer(flags, terminal.env),
      ...(isJson ? {} : { onStage: (stage) => terminal.note(stage) }),
    }),
  );
  const ok = blobs.damaged.length === 0;
  if (isJson) {
    terminal.print(JSON.stringify({ ok, ...manifest, damaged: blobs.damaged }, null, 2));
  } else {
    const files = `${String(manifest.blobs + manifest.logs)} files, ${String(blobs.copied + logs.copied)} of them new`;
    for (const name of blobs.damaged) {
      terminal.note(`runwright: the blob ${name} is damaged in the data folder and is not in the backup`);
    }
    terminal.print(`${flags.to} holds the database as of ${manifest.madeAt} and ${files}.`);
    terminal.print(`Keep the key apart from it (${KEY}): without it stored secrets are lost.`);
  }
  return ok ? EXIT.ok : EXIT.failed;
}

export async function runRestore(flags: RestoreFlags, terminal: Terminal): Promise<number> {
  const { restoreBackup } = await import('../../server/main.ts');
  const isJson = flags.json !== undefined;
  const manifest = await asOneLine(
    restoreBackup(terminal.env, flags, {
      from: flags.from,
      ...(isJson ? {} : { onStage: (stage) => terminal.note(stage) }),
    }),
  );
  if (isJson) terminal.print(JSON.stringify({ ok: true, ...manifest }, null, 2));
  else {
    terminal.print(`The data of ${manifest.madeAt} is there again.`);
    terminal.print(`Next: put the key there (${KEY}), then start the server with \`runwright serve\`.`);
  }
  return EXIT.ok;
}

async function askServer(flags: BackupFlags, env: NodeJS.ProcessEnv): Promise<AsyncIterable<Uint8Array>> {
  const from = { ...env, ...(flags.home === undefined ? {} : { RUNWRIGHT_HOME: flags.home }) };
  const { client } = await connect(flags, from, { timeoutMs: COPY_MS });
  return (await client.administration.openDatabaseArchive()).chunks;
}

async function asOneLine<T>(work: Promise<T>): Promise<T> {
  const { isStartProblem } = await import('../../server/main.ts');
  return await work.catch((error: unknown) => {
    if (isStartProblem(error)) throw new CliError(printable(error.message), { exitCode: EXIT.failed });
    throw error;
  });
}
