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

/**
 * The certificates, in PEM, that a run has to trust so that it reaches what its runner reaches; undefined where that is
 * the system's alone. Of each file only the certificates are taken: a key that stands beside them is no run's business.
 * Errors: a file that is named and cannot be read, with the variable.
 */
export async function readAuthorities(
  env: Readonly<Record<string, string | undefined>>,
  systemFiles: readonly string[] = SYSTEM_FILES,
): Promise<string | undefined> {
  const named = AUTHORITY_VARIABLES.flatMap((name) => {
    const file = env[name];
    return file === undefined || file === '' ? [] : [{ name, file }];
  });
  if (named.length === 0) return undefined;
  const texts = await Promise.all(
    named.map(
      async ({ name, file }) =>
        await readFile(file, 'utf8').catch((error: unknown) => {
          throw new Error(`${name}: ${file} cannot be read`, { cause: error });
        }),
    ),
  );
  if (!named.some(({ name }) => name === 'SSL_CERT_FILE')) texts.unshift(await readFirst(systemFiles));
  const certificates = new Set(texts.flatMap((text) => text.match(CERTIFICATE) ?? []));
  return `${[...certificates].join('\n')}\n`;
}

async function readFirst(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return '';
}
