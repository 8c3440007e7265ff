/**
 * The requests of terraform and tofu to find and download modules
 * (https://developer.hashicorp.com/terraform/internals/module-registry-protocol). URLs in answers are paths on this
 * server, whichever of its names was called.
 */
import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes, json, nothing } from '../../http/answers.ts';
import { endpoint, HIJACKED, type Endpoint } from '../../http/endpoint.ts';
import { timestamp } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { MODULE_REGISTRY, REGISTRY_DOWNLOADS } from '../../http/registry-paths.ts';
import type { ModuleVersion, RegistryModule } from '../document.ts';
import { readModule } from '../service.ts';
import { findArchive, listPublished, readVersion } from '../versions.ts';

const ModuleParams = z.object({ namespace: z.string(), module: z.string(), provider: z.string() });
const VersionParams = ModuleParams.extend({ version: z.string() });

const Versions = json(
  z.object({
    modules: z.array(z.object({ source: z.string(), versions: z.array(z.object({ version: z.string() })) })),
  }),
);
const Details = json(
  z.object({
    id: z.string(),
    owner: z.string(),
    namespace: z.string(),
    name: z.string(),
    version: z.string(),
    provider: z.string(),
    description: z.string(),
    source: z.string(),
    published_at: z.string(),
    downloads: z.int(),
    verified: z.boolean(),
    sha256: z.string(),
    /** Whether its files could be read: otherwise its inputs, outputs, resources and providers are left out. */
    described: z.boolean(),
    root: z.object({
      path: z.string(),
      name: z.string(),
      readme: z.string(),
      empty: z.boolean(),
      inputs: z.array(z.record(z.string(), z.unknown())),
      outputs: z.array(z.record(z.string(), z.unknown())),
      provider_dependencies: z.array(z.record(z.string(), z.unknown())),
      resources: z.array(z.record(z.string(), z.unknown())),
    }),
    providers: z.array(z.string()),
    versions: z.array(z.string()),
  }),
);

export function moduleProtocolEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer, blobs } = platform;
  const read = async (caller: Caller, params: z.output<typeof ModuleParams>) => {
    const address = { ...params, organization: params.namespace };
    const { module } = await readModule(platform, caller, address, 'read-registry');
    return { module, published: await listPublished(db, module.id) };
  };
  const downloadOf = async (caller: Caller, params: z.output<typeof VersionParams>): Promise<string> => {
    const { module } = await read(caller, params);
    const version = await readVersion(db, module.id, params.version);
    if (version.status !== 'ok') refuse('not_found');
    const signature = signer.signBriefly('download-module', version.id);
    return `${REGISTRY_DOWNLOADS}modules/${version.id}/${signature}/${module.name}.tar.gz`;
  };
  return [
    endpoint({
      method: 'GET',
      url: `${MODULE_REGISTRY}:namespace/:module/:provider/versions`,
      summary: 'The versions of a module, for terraform init',
      access: 'account',
      permission: 'organization:read-registry',
      params: ModuleParams,
      answers: { 200: Versions },
      handle: async ({ caller, params }) => {
        const { published } = await read(caller, params);
        const source = `${params.namespace}/${params.module}/${params.provider}`;
        const versions = published.map((version) => ({ version }));
        return { status: 200, body: { modules: [{ source, versions }] } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${MODULE_REGISTRY}:namespace/:module/:provider/:version/download`,
      summary: 'Where terraform init downloads a version of a module from: an address that soon expires',
      access: 'account',
      permission: 'organization:read-registry',
      params: VersionParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => ({
        status: 204,
        headers: { 'X-Terraform-Get': await downloadOf(caller, params) },
      }),
    }),
    endpoint({
      method: 'GET',
      url: `${REGISTRY_DOWNLOADS}modules/:id/:signature/:file`,
      summary: 'Download the archive of a version of a module',
      access: 'anyone',
      params: z.object({ id: z.string(), signature: z.string(), file: z.string() }),
      answers: { 200: bytes('application/octet-stream') },
      handle: async ({ params, reply }) => {
        if (!signer.verify('download-module', params.id, params.signature)) refuse('not_found');
        const { sha256, sizeBytes } = await findArchive(db, params.id);
        await reply
          .header('Content-Type', 'application/octet-stream')
          .header('Content-Length', sizeBytes)
          .send(await blobs.open(sha256));
        return HIJACKED;
      },
    }),
    ...[
      {
        url: ':namespace/:module/:provider',
        operation: 'readNewestModuleOfRegistry',
        summary: 'Read the newest version of a module',
      },
      {
        url: ':namespace/:module/:provider/:version',
        operation: 'readModuleVersionOfRegistry',
        summary: 'Read a version of a module',
      },
    ].map(({ url, operation, summary }) =>
      endpoint({
        method: 'GET',
        url: MODULE_REGISTRY + url,
        operation,
        summary: `${summary}: README, inputs, outputs, resources, providers`,
        access: 'account',
        permission: 'organization:read-registry',
        params: ModuleParams.extend({ version: z.string().optional() }),
        answers: { 200: Details },
        handle: async ({ caller, params }: DetailsRequest) => {
          const { module, published } = await read(caller, params);
          const newest = published.find((version) => !version.includes('-')) ?? published[0];
          const wanted = params.version ?? newest;
          if (wanted === undefined) refuse('not_found');
          const version = await readVersion(db, module.id, wanted);
          if (version.status !== 'ok') refuse('not_found');
          return { status: 200, body: describeVersion(params.namespace, module, version, published) };
        },
      }),
    ),
  ];
}

interface DetailsRequest {
  caller: Caller;
  params: z.output<typeof ModuleParams> & { version?: string | undefined };
}

function describeVersion(
  namespace: string,
  module: RegistryModule,
  version: ModuleVersion,
  published: readonly string[],
) {
  const details = version.details ?? { inputs: [], outputs: [], resources: [], providers: [] };
  return {
    id: `${namespace}/${module.name}/${module.provider}/${version.version}`,
    owner: namespace,
    namespace,
    name: module.name,
    version: version.version,
    provider: module.provider,
    description: '',
    source: '',
    published_at: timestamp(version.updated_at),
    downloads: 0,
    verified: false,
    sha256: version.sha256,
    described: version.details !== null,
    root: {
      path: '',
      name: module.name,
      readme: version.readme ?? '',
      empty: false,
      inputs: details.inputs,
      outputs: details.outputs,
      provider_dependencies: details.providers.map(({ name, source, version: constraint }) => ({
        name,
        namespace: source.split('/').at(-2) ?? '',
        source,
        version: constraint,
      })),
      resources: details.resources,
    },
    providers: [module.provider],
    versions: published,
  };
}
