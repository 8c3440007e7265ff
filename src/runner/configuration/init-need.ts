import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateFile } from '../state/state-file.ts';

/** Any of these may need a module, a provider or a backend to be installed. */
const NEEDS_INIT =
  /\b(module|provider|providers|required_\w+|provider_meta|backend|cloud|action|list)\b|\bterraform\s*\{/;
const TYPED_BLOCK = /\b(?:resource|data|ephemeral)\b\s*"?([\w-]*)/g;
const BUILT_IN = 'provider["terraform.io/builtin/terraform"]';

/**
 * Whether `terraform init` has something to do. Says no only for a root module of plain `.tf` files whose every
 * resource, here and in the prior state, is of the built-in provider: such a configuration plans and applies without
 * init (terraform-cli B1), which saves one start of terraform. Words in comments count too: unsure means init.
 */
export async function needsInit(
  workingDirectory: string,
  priorState: StateFile | undefined,
): Promise<boolean> {
  if (priorState?.resources.some((resource) => resource.provider !== BUILT_IN)) return true;
  const names = await readdir(workingDirectory);
  if (names.some((name) => /\.tf\.json$|\.tofu(\.json)?$/.test(name))) return true;
  for (const name of names.filter((each) => each.endsWith('.tf') || each === '.terraform.lock.hcl')) {
    const text = await readFile(join(workingDirectory, name), 'utf8');
    if (NEEDS_INIT.test(text)) return true;
    for (const [, type] of text.matchAll(TYPED_BLOCK)) if (!type?.startsWith('terraform_')) return true;
  }
  return false;
}
