import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The token that `terraform login` kept for a server, from terraform's `credentials.tfrc.json`. Tokens are kept by
 * host name, so that no other server gets one.
 *
 * @param address with its scheme
 * @returns undefined when there is no token, or the file cannot be read
 */
export function readLoginToken(env: NodeJS.ProcessEnv, address: string): string | undefined {
  const file = credentialsFile(env);
  if (file === undefined || !URL.canParse(address)) return undefined;
  let written: unknown;
  try {
    written = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  const token = memberOf(memberOf(memberOf(written, 'credentials'), new URL(address).host), 'token');
  return typeof token === 'string' && token.trim() !== '' ? token.trim() : undefined;
}

function credentialsFile(env: NodeJS.ProcessEnv): string | undefined {
  const [folder, name] = env['APPDATA'] ? [env['APPDATA'], 'terraform.d'] : [env['HOME'], '.terraform.d'];
  return folder ? path.join(folder, name, 'credentials.tfrc.json') : undefined;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
