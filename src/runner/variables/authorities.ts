import { readFile } from 'node:fs/promises';

/**
 * Variables with the files of certificates that the runner itself trusts beside the system's, including its built-in
 * server's own. Programs in Go read the file that SSL_CERT_FILE names instead of the system's.
 */
export const AUTHORITY_VARIABLES = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'RUNWRIGHT_TLS_CERT'] as const;

/** Files in which systems keep their authorities; like terraform, the first one that exists counts. */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

export interface Authorities {
  /** In PEM, for a run; undefined where it trusts only the system's authorities. */
  certificates: string | undefined;
  /** Files that are named and cannot be read, each with its variable: like Node, the runner goes on without them. */
  unreadable: string[];
}

/**
 * The certificates that a run has to trust to reach what its runner reaches. Only the certificates of each file are
 * taken: a private key in the same file must not reach a run.
 */
export async function readAuthorities(
  env: Readonly<Record<string, string | undefined>>,
  systemFiles: readonly string[] = SYSTEM_FILES,
): Promise<Authorities> {
  const texts = new Map<string, string>();
  const unreadable: string[] = [];
  for (const name of AUTHORITY_VARIABLES) {
    const file = env[name];
    // Every run already trusts the system's own files.
    if (file === undefined || file === '' || systemFiles.includes(file)) continue;
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) unreadable.push(`${name}: ${file}`);
    else texts.set(name, text);
  }
  if (texts.size === 0) return { certificates: undefined, unreadable };
  const system = texts.has('SSL_CERT_FILE') ? [] : [await readFirst(systemFiles)];
  const all = [...system, ...texts.values()].flatMap((text) => text.match(CERTIFICATE) ?? []);
  return { certificates: `${[...new Set(all)].join('\n')}\n`, unreadable };
}

async function readFirst(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return '';
}
