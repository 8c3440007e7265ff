import { readFile } from 'node:fs/promises';

/**
 * Whom the runner itself trusts beside the system, and so a server of its own built-in runner: files with certificates.
 * Programs of Go read the one that SSL_CERT_FILE names instead of the system's.
 */
export const AUTHORITY_VARIABLES = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'RUNWRIGHT_TLS_CERT'] as const;

/** Where systems keep theirs in one file; the first that is there counts, as in terraform. */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

export interface Authorities {
  /** In PEM, for a run; undefined where it trusts the system's alone. */
  certificates: string | undefined;
  /** What is named and cannot be read, each with its variable: as Node does, the runner goes on without it. */
  unreadable: string[];
}

/**
 * The certificates that a run has to trust so that it reaches what its runner reaches. Of each file only the certificates
 * are taken: a key that stands beside them is no run's business.
 */
export async function readAuthorities(
  env: Readonly<Record<string, string | undefined>>,
  systemFiles: readonly string[] = SYSTEM_FILES,
): Promise<Authorities> {
  const texts = new Map<string, string>();
  const unreadable: string[] = [];
  for (const name of AUTHORITY_VARIABLES) {
    const file = env[name];
    // The system's own are every run's already.
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
