import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PolicyFiles } from './policy-manifest.ts';

/** Files for `opa`; a manifest is in our own format. */
const FOR_OPA = /(^|\/)([^/]+\.rego|data\.(json|ya?ml))$/;

/**
 * Writes the Rego and the data of a policy set as a bundle, with the input next to it.
 *
 * @param folder contains a folder `bundle`
 * @param version of Rego: 0 has `deny[msg] { … }`, 1 `deny contains msg if { … }`
 */
export async function layOutRego(
  files: PolicyFiles,
  folder: string,
  version: 0 | 1,
  input: unknown,
): Promise<void> {
  const bundle = path.join(folder, 'bundle');
  for (const [name, bytes] of files) {
    const file = path.join(bundle, name);
    if (!FOR_OPA.test(name) || !file.startsWith(`${bundle}${path.sep}`)) continue;
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    } catch (error) {
      // The name is too long, or is also the name of a folder.
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      throw new Error(`${name.slice(0, 100)} cannot be laid out beside the other files (${code})`);
    }
  }
  await writeFile(path.join(bundle, '.manifest'), JSON.stringify({ roots: [''], rego_version: version }));
  await writeFile(path.join(folder, 'input.json'), JSON.stringify(input));
}
