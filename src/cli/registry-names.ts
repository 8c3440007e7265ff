import type { ModuleName, ProviderName } from '@runwright/client';
import { usageError } from './cli-error.ts';

/** `acme/network/aws`. Errors: for anything else. */
export function moduleNamed(text: string): ModuleName {
  const [organization = '', name = '', provider = '', ...rest] = text.split('/');
  if (organization === '' || name === '' || provider === '' || rest.length > 0)
    throw usageError(`${JSON.stringify(text)} names no module`, 'write ORGANIZATION/NAME/PROVIDER');
  return { organization, name, provider };
}

/** `acme/internal`. Errors: for anything else. */
export function providerNamed(text: string): ProviderName {
  const [organization = '', name = '', ...rest] = text.split('/');
  if (organization === '' || name === '' || rest.length > 0)
    throw usageError(`${JSON.stringify(text)} names no provider`, 'write ORGANIZATION/NAME');
  return { organization, name };
}
