import { ApiError } from '../api-error.ts';
import { readJson, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface RegistryModuleAttributes {
  readonly name: string;
  readonly provider: string;
  readonly namespace?: string;
  readonly status?: string;
  readonly 'version-statuses'?: readonly {
    readonly version: string;
    readonly status: string;
    readonly error?: string;
  }[];
  readonly permissions?: { readonly 'can-delete'?: boolean };
}
export type RegistryModule = Resource<RegistryModuleAttributes>;

export interface ModuleVersionAttributes {
  readonly version: string;
  /** `pending`, `ok`, `reg_ingress_failed` … */
  readonly status: string;
  readonly error?: string | null;
  readonly sha256?: string | null;
}
export type ModuleVersion = Resource<ModuleVersionAttributes>;

/** A version as in the module registry protocol, with facts from its files. */
export interface ModuleDetails {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly provider: string;
  readonly version: string;
  readonly versions?: readonly string[];
  readonly sha256?: string | null;
  readonly root?: {
    readonly readme?: string;
    readonly inputs?: readonly Readonly<Record<string, unknown>>[];
    readonly outputs?: readonly Readonly<Record<string, unknown>>[];
    readonly resources?: readonly Readonly<Record<string, unknown>>[];
    readonly provider_dependencies?: readonly Readonly<Record<string, unknown>>[];
  };
}

/** A module of a private registry, where the namespace is the organization. */
export interface ModuleName {
  readonly organization: string;
  readonly name: string;
  readonly provider: string;
}

export interface SearchOptions extends ListOptions {
  /** A part of the name. */
  readonly q?: string | undefined;
}

/** Modules that organizations have published. */
export function registryModules(transport: Transport) {
  const calls = resourceCalls(transport);
  const all = (organization: string) => path`organizations/${organization}/registry-modules`;
  const one = ({ organization, name, provider }: ModuleName) =>
    path`organizations/${organization}/registry-modules/private/${organization}/${name}/${provider}`;
  return {
    list: (organization: string, { q, ...options }: SearchOptions = {}) =>
      calls.list<RegistryModule>(all(organization), options, { q }),
    each: (organization: string, { q, ...options }: SearchOptions = {}) =>
      calls.each<RegistryModule>(all(organization), options, { q }),
    read: (module: ModuleName, options?: CallOptions) => calls.read<RegistryModule>(one(module), options),
    create: ({ organization, name, provider }: ModuleName, options?: CallOptions) =>
      calls.create<RegistryModule>(
        all(organization),
        { type: 'registry-modules', attributes: { name, provider, 'registry-name': 'private' } },
        options,
      ),
    delete: (module: ModuleName, options?: CallOptions) => calls.remove(one(module), options),

    createVersion: (module: ModuleName, version: string, options?: CallOptions) =>
      calls.create<ModuleVersion>(
        `${one(module)}/versions`,
        { type: 'registry-module-versions', attributes: { version } },
        options,
      ),
    readVersion: async (module: ModuleName, version: string, options?: CallOptions) =>
      (
        await calls.document<ModuleVersion>(`${one(module)}/version`, options, {
          module_version: version,
        })
      ).data,
    deleteVersion: (module: ModuleName, version: string, options?: CallOptions) =>
      calls.remove(`${one(module)}${path`/${version}`}`, options),

    /** Stores the archive (tar.gz) of a version, once. The token is not sent. */
    uploadVersion: (version: ModuleVersion, archive: Uint8Array | Blob, options: CallOptions = {}) =>
      uploadTo(transport, version, 'upload', archive, options),

    /** Facts from the files of a version: README, inputs, outputs. Without a version: of the newest. */
    async describe(
      { organization, name, provider }: ModuleName,
      version?: string,
      { signal }: CallOptions = {},
    ): Promise<ModuleDetails> {
      const module = path`/api/registry/v1/modules/${organization}/${name}/${provider}`;
      const answer = await transport.call({
        method: 'GET',
        path: version === undefined ? module : `${module}${path`/${version}`}`,
        signal,
      });
      return readJson(answer) as ModuleDetails;
    },
  };
}

export interface RegistryProviderAttributes {
  readonly name: string;
  readonly namespace?: string;
  /** Only from Runwright: the newest signed versions. */
  readonly versions?: readonly string[];
  readonly permissions?: { readonly 'can-delete'?: boolean };
}
export type RegistryProvider = Resource<RegistryProviderAttributes>;

export interface ProviderVersionAttributes {
  readonly version: string;
  readonly 'key-id'?: string;
  readonly protocols?: readonly string[];
  readonly 'shasums-uploaded'?: boolean;
  readonly 'shasums-sig-uploaded'?: boolean;
}
export type ProviderVersion = Resource<ProviderVersionAttributes>;

export interface ProviderPlatformAttributes {
  readonly os: string;
  readonly arch: string;
  readonly filename: string;
  readonly shasum: string;
  readonly 'provider-binary-uploaded'?: boolean;
}
export type ProviderPlatform = Resource<ProviderPlatformAttributes>;

export interface ProviderName {
  readonly organization: string;
  readonly name: string;
}

/** Providers that organizations have published. */
export function registryProviders(transport: Transport) {
  const calls = resourceCalls(transport);
  const all = (organization: string) => path`organizations/${organization}/registry-providers`;
  const one = ({ organization, name }: ProviderName) =>
    path`organizations/${organization}/registry-providers/private/${organization}/${name}`;
  const versionOf = (provider: ProviderName, version: string) =>
    `${one(provider)}${path`/versions/${version}`}`;
  return {
    list: (organization: string, { q, ...options }: SearchOptions = {}) =>
      calls.list<RegistryProvider>(all(organization), options, { q }),
    each: (organization: string, { q, ...options }: SearchOptions = {}) =>
      calls.each<RegistryProvider>(all(organization), options, { q }),
    read: (provider: ProviderName, options?: CallOptions) =>
      calls.read<RegistryProvider>(one(provider), options),
    create: ({ organization, name }: ProviderName, options?: CallOptions) =>
      calls.create<RegistryProvider>(
        all(organization),
        {
          type: 'registry-providers',
          attributes: { name, namespace: organization, 'registry-name': 'private' },
        },
        options,
      ),
    delete: (provider: ProviderName, options?: CallOptions) => calls.remove(one(provider), options),

    listVersions: (provider: ProviderName, options?: ListOptions) =>
      calls.list<ProviderVersion>(`${one(provider)}/versions`, options),
    readVersion: (provider: ProviderName, version: string, options?: CallOptions) =>
      calls.read<ProviderVersion>(versionOf(provider, version), options),
    createVersion: (
      provider: ProviderName,
      fields: { readonly version: string; readonly 'key-id': string; readonly protocols?: readonly string[] },
      options?: CallOptions,
    ) =>
      calls.create<ProviderVersion>(
        `${one(provider)}/versions`,
        { type: 'registry-provider-versions', attributes: fields },
        options,
      ),
    deleteVersion: (provider: ProviderName, version: string, options?: CallOptions) =>
      calls.remove(versionOf(provider, version), options),

    listPlatforms: (provider: ProviderName, version: string, options?: ListOptions) =>
      calls.list<ProviderPlatform>(`${versionOf(provider, version)}/platforms`, options),
    createPlatform: (
      provider: ProviderName,
      version: string,
      fields: Pick<ProviderPlatformAttributes, 'os' | 'arch' | 'filename' | 'shasum'>,
      options?: CallOptions,
    ) =>
      calls.create<ProviderPlatform>(
        `${versionOf(provider, version)}/platforms`,
        { type: 'registry-provider-platforms', attributes: fields },
        options,
      ),

    /** Stores the SHA256SUMS of a version. The token is not sent, here and below. */
    uploadSums: (version: ProviderVersion, sums: Uint8Array, options: CallOptions = {}) =>
      uploadTo(transport, version, 'shasums-upload', sums, options),
    /** Stores the detached, binary signature of its SHA256SUMS. */
    uploadSignature: (version: ProviderVersion, signature: Uint8Array, options: CallOptions = {}) =>
      uploadTo(transport, version, 'shasums-sig-upload', signature, options),
    /** Stores the archive (zip) of a platform. */
    uploadArchive: (platform: ProviderPlatform, archive: Uint8Array | Blob, options: CallOptions = {}) =>
      uploadTo(transport, platform, 'provider-binary-upload', archive, options),
  };
}

export interface GpgKeyAttributes {
  readonly 'key-id': string;
  readonly 'ascii-armor'?: string;
  readonly namespace?: string;
}
export type GpgKey = Resource<GpgKeyAttributes>;

/** Public keys for the signatures of providers. */
export function gpgKeys(transport: Transport) {
  const calls = resourceCalls(transport);
  const ALL = '/api/registry/private/v2/gpg-keys';
  return {
    list: (organization: string, options?: ListOptions) =>
      calls.list<GpgKey>(ALL, options, { 'filter[namespace]': organization }),
    read: (organization: string, keyId: string, options?: CallOptions) =>
      calls.read<GpgKey>(`${ALL}${path`/${organization}/${keyId}`}`, options),
    create: (organization: string, asciiArmor: string, options?: CallOptions) =>
      calls.create<GpgKey>(
        ALL,
        { type: 'gpg-keys', attributes: { namespace: organization, 'ascii-armor': asciiArmor } },
        options,
      ),
    delete: (organization: string, keyId: string, options?: CallOptions) =>
      calls.remove(`${ALL}${path`/${organization}/${keyId}`}`, options),
  };
}

async function uploadTo(
  transport: Transport,
  resource: Resource<unknown>,
  link: string,
  body: Uint8Array | Blob,
  options: CallOptions,
): Promise<void> {
  const url = resource.links?.[link];
  if (typeof url !== 'string') {
    throw new ApiError({
      code: 'invalid',
      status: 0,
      title: 'no upload address',
      detail: `${resource.id} has none: it is there already, or the caller may not upload it`,
    });
  }
  await transport.transfer({ method: 'PUT', url, body, ...options });
}
