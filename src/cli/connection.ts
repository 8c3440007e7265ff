import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient, type Client, type ClientSettings } from '@runwright/client';
import { CliError, usageError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { programVersion } from './version.ts';

export const DEFAULT_ADDRESS = 'http://127.0.0.1:8080';

export interface ConnectionFlags {
  readonly address?: string;
  readonly tokenFile?: string;
}

export interface Connection {
  readonly client: Client;
  readonly address: string;
}

/**
 * The server is `--address`, `RUNWRIGHT_URL`, `TFC_ADDRESS` or {@link DEFAULT_ADDRESS}. The token is the first of
 * `--token-file`, `RUNWRIGHT_TOKEN`, `TFC_TOKEN` (sent only to `TFC_ADDRESS`) and the admin token that a server on
 * this machine left in its data folder (sent only to this machine).
 */
export async function connect(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv,
  settings: Pick<ClientSettings, 'timeoutMs'> = {},
): Promise<Connection> {
  const address =
    flags.address ?? given(env, 'RUNWRIGHT_URL') ?? given(env, 'TFC_ADDRESS') ?? DEFAULT_ADDRESS;
  if (!/^https?:\/\/./.test(address) || !URL.canParse(address)) {
    throw usageError(
      `${flags.address === undefined ? 'RUNWRIGHT_URL or TFC_ADDRESS' : '--address'} is not an http or https address`,
      `give the whole address, like ${DEFAULT_ADDRESS}`,
    );
  }
  const token = await findToken(flags, env, address);
  if (token === undefined) {
    throw new CliError(`there is no token for ${address}`, {
      exitCode: EXIT.unavailable,
      fix: 'set RUNWRIGHT_TOKEN, or name a file that holds the token with --token-file',
    });
  }
  try {
    const userAgent = `runwright/${programVersion()}`;
    return { client: createClient({ ...settings, address, token, userAgent }), address };
  } catch (error) {
    if (error instanceof TypeError) throw usageError(error.message);
    throw error;
  }
}

async function findToken(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv,
  address: string,
): Promise<string | undefined> {
  if (flags.tokenFile !== undefined) return readTokenFile(flags.tokenFile);
  const own = given(env, 'RUNWRIGHT_TOKEN');
  if (own !== undefined) return own;
  if (address === given(env, 'TFC_ADDRESS')) return given(env, 'TFC_TOKEN');
  if (!isThisMachine(new URL(address).hostname)) return undefined;
  const file = path.join(given(env, 'RUNWRIGHT_HOME') ?? '.runwright', 'admin-token');
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** The token in a file without any other content. */
export async function readTokenFile(file: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw usageError(
      `--token-file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    );
  }
  if (text === '') throw usageError(`--token-file ${file} is empty`, 'it holds the token and nothing else');
  return text;
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
