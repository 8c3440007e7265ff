import { join } from 'node:path';
import { readLeftFile } from '../sandbox/left-file.ts';
import type { StateSnapshot } from '../state/state-file.ts';
import type { ModuleTexts } from './root-module.ts';

export const LOCK_FILE = '.terraform.lock.hcl';

/** Any of these words may mean that a module or a provider has to be installed. */
const NEEDS_INIT =
  /\b((?<!path\.)module|provider|providers|required_\w+|provider_meta|state_store|action|list)\b/;
const NEEDS_PROVIDER = /\b(provider|providers|required_providers|provider_meta|state_store|action|list)\b/;
const TYPED_BLOCK = /\b(?:resource|data|ephemeral)\b\s*"?([\w-]*)/g;
const BUILT_IN = 'provider["terraform.io/builtin/terraform"]';

/**
 * Whether `terraform init` has something to do. Says no only for a root module of plain `.tf` files whose every
 * resource, here and in the prior state, is of the built-in provider: such a configuration plans without init
 * (terraform-cli B1), which saves one start of terraform. Words in comments count too: unsure means init. A backend
 * needs no init, since the run uses its own backend.
 */
export async function needsInit(
  root: ModuleTexts,
  workingDirectory: string,
  priorState: Pick<StateSnapshot, 'providers'> | undefined,
): Promise<boolean> {
  if (root.isUnsure) return true;
  if (!isStateBuiltInOnly(priorState)) return true;
  if ([...root.texts.keys()].some((name) => !name.endsWith('.tf'))) return true;
  const lock = await readLeftFile(workingDirectory, join(workingDirectory, LOCK_FILE));
  return [...root.texts.values(), lock?.toString('utf8') ?? ''].some(
    (text) => NEEDS_INIT.test(text) || hasForeignTypes(text),
  );
}

/**
 * Guesses whether only the built-in provider is needed; the caller notices a wrong guess. It looks for the same words
 * as above, except those for modules and versions of terraform.
 */
export function usesBuiltInOnly(
  modules: readonly ModuleTexts[],
  priorState: Pick<StateSnapshot, 'providers'> | undefined,
): boolean {
  return (
    isStateBuiltInOnly(priorState) &&
    modules.every(
      ({ texts, isUnsure }) =>
        !isUnsure &&
        [...texts.values()].every((text) => !NEEDS_PROVIDER.test(text) && !hasForeignTypes(text)),
    )
  );
}

function isStateBuiltInOnly(priorState: Pick<StateSnapshot, 'providers'> | undefined): boolean {
  const { providers = ['not known'] } = priorState ?? { providers: [] };
  return providers.every((provider) => provider === BUILT_IN);
}

const hasForeignTypes = (text: string): boolean =>
  [...text.matchAll(TYPED_BLOCK)].some(([, type]) => !type?.startsWith('terraform_'));
