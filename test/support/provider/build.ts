/** Makes the provider: one file that terraform can start, out of this folder's program and its libraries. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { issueCertificates } from '../../../src/cli/certificates/issue.ts';

const VALID_DAYS = 30;

/**
 * @param file gets the program. It is CommonJS without an extension: it must not lie below a package.json that says
 *   `"type": "module"`
 */
export async function buildProvider(file: string): Promise<void> {
  // Terraform trusts what the program names in its handshake. Made here, it costs no start of the program anything.
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
    // An absolute path: a sandbox has no other PATH.
    banner: { js: `#!${process.execPath}` },
    define: { FIXTURE_CERTIFICATE: JSON.stringify(certificate), FIXTURE_KEY: JSON.stringify(key) },
    logLevel: 'warning',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error('nothing was built');
  mkdirSync(path.dirname(file), { recursive: true });
  // Two that build at the same time both leave a whole one.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, output.contents, { mode: 0o755 });
  renameSync(partial, file);
}
