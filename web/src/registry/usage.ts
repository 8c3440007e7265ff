/** The block that uses a module, as text to copy. */
export const moduleUsage = (
  host: string,
  { organization, name, provider }: { organization: string; name: string; provider: string },
  version: string | undefined,
): string =>
  [
    `module "${name}" {`,
    `  source  = "${host}/${organization}/${name}/${provider}"`,
    ...(version === undefined ? [] : [`  version = "${version}"`]),
    '}',
  ].join('\n');

/** The block that requires a provider. In its address the organization is in lower case. */
export const providerUsage = (
  host: string,
  { organization, name }: { organization: string; name: string },
  version: string | undefined,
): string =>
  [
    'terraform {',
    '  required_providers {',
    `    ${name} = {`,
    `      source  = "${host}/${organization.toLowerCase()}/${name}"`,
    ...(version === undefined ? [] : [`      version = "${version}"`]),
    '    }',
    '  }',
    '}',
  ].join('\n');

export const publishModule = (organization: string, name = 'NAME', provider = 'PROVIDER'): string =>
  `runwright registry publish-module ${organization}/${name}/${provider} VERSION ./FOLDER`;

export const publishProvider = (organization: string, name = 'NAME'): string =>
  `runwright registry publish-provider ${organization}/${name} VERSION ./dist --key ./key.asc`;
