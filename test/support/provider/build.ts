/** Builds the provider: a single file that terraform can start, from this folder's program and its libraries. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { issueCertificates } from '../../../src/cli/certificates/issue.ts';

const VALID_DAYS = 30;

/**
 * @param file the path of the program. It is CommonJS without an extension: it must not lie below a package.json with
 *   `"type": "module"`
 */
export async function buildProvider(file: string): Promise<void> {
  // Terraform trusts the certificate in the program's handshake. Making it here saves the time at each start.
  const { chain, key } = await issueCertificates(['localhost'], VALID_DAYS);
  const [certificate] = chain.split(/(?<=-----END CERTIFICATE-----\n)/);
  const result = await build({
    entryPoints: [path.join(import.meta.dirname, 'program', 'main.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    write: false,
    // An absolute path, since the PATH of a sandbox does not contain Node.
    banner: { js: `#!${process.execPath}` },
    define: { FIXTURE_CERTIFICATE: JSON.stringify(certificate), FIXTURE_KEY: JSON.stringify(key) },
    logLevel: 'warning',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error('nothing was built');
  mkdirSync(path.dirname(file), { recursive: true });
  // Two builds at the same time each leave a complete file.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, output.contents, { mode: 0o755 });
  renameSync(partial, file);
}
