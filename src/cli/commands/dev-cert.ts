import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface DevCertFlags {
  readonly out: string;
  readonly host?: readonly string[];
  readonly days: string;
  readonly force?: true;
}

const ALWAYS = ['localhost', '127.0.0.1', '::1'];
const HOST_NAME = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/;
/** The longest validity of a server's certificate that clients accept. */
const MAX_DAYS = 825;

/** Makes an authority and a server certificate, writes them with mode 0600 and says how to use them. */
export async function makeDevelopmentCertificate(flags: DevCertFlags, terminal: Terminal): Promise<void> {
  const names = readNames(flags.host ?? []);
  const days = readDays(flags.days);
  const folder = path.resolve(flags.out);
  const files = {
    authority: path.join(folder, 'ca.pem'),
    chain: path.join(folder, 'server.pem'),
    key: path.join(folder, 'server.key'),
  };
  if (flags.force === undefined) await refuseToOverwrite(Object.values(files));
  const { issueCertificates } = await import('../certificates/issue.ts');
  const issued = await issueCertificates(names, days);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writePrivately(files.key, issued.key);
  await writePrivately(files.chain, issued.chain);
  await writePrivately(files.authority, issued.authority);

  terminal.print(
    `# A certificate for ${names.join(', ')}, valid for ${days} days. Start the server with it:`,
  );
  terminal.print(`export RUNWRIGHT_TLS_CERT=${quote(files.chain)} RUNWRIGHT_TLS_KEY=${quote(files.key)}`);
  terminal.print('# Where terraform runs:');
  terminal.print(`export SSL_CERT_FILE=${quote(files.authority)}`);
  terminal.print('# Where runwright run, runwright mcp or runwright agent run:');
  terminal.print(`export NODE_EXTRA_CA_CERTS=${quote(files.authority)}`);
}

function readNames(hosts: readonly string[]): string[] {
  for (const host of hosts) {
    if (isIP(host) === 0 && !HOST_NAME.test(host)) {
      throw usageError(
        `--host ${JSON.stringify(host)} is neither a host name nor an IP address`,
        'leave scheme and port away',
      );
    }
  }
  return [...new Set([...ALWAYS, ...hosts.map((host) => host.toLowerCase())])];
}

function readDays(text: string): number {
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > MAX_DAYS) throw usageError(`--days must be a whole number from 1 to ${MAX_DAYS}`);
  return days;
}

async function refuseToOverwrite(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const exists = await stat(file).then(
      () => true,
      () => false,
    );
    if (exists) {
      throw new CliError(`${file} is there already`, {
        exitCode: EXIT.failed,
        fix: 'use it, or replace it with --force; clients then need the new ca.pem',
      });
    }
  }
}

/** Writes the whole file or nothing; other users cannot read it at any moment. */
async function writePrivately(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

const quote = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
