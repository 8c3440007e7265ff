import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { canInOrganization } from '../../access/permissions.ts';
import type { AddressBearer } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { keptOnly } from '../../http/effect.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { document, NoRelationships } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { VersionNumber } from '../../registry-releases/version-number.ts';
import { ModuleVersionSchema, moduleVersionResource } from '../document.ts';
import { readModule, type ModuleAddress } from '../service.ts';
import { createVersion, deleteVersion, readVersion, uploadVersion } from '../versions.ts';
import { MODULES_URL } from './routes.ts';

const ModuleParams = z.object({
  organization: z.string(),
  registry: z.literal('private'),
  namespace: z.string(),
  module: z.string(),
  provider: z.string(),
});
const VersionParams = ModuleParams.extend({ version: z.string() });
const SignedParams = z.object({ id: z.string(), signature: z.string() });
const CreateBody = document(
  z.object({ version: VersionNumber, 'commit-sha': keptOnly(z.string().max(64).nullish()) }),
  NoRelationships,
);
type NewVersion = z.output<typeof CreateBody>['data']['attributes'];
const VersionQuery = z.object({ module_version: z.string().max(100) });

export function moduleVersionEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { signer } = platform;
  const uploadOf = (id: string): string =>
    `${platform.publicUrl}/api/v2/uploads/registry-module-versions/${id}/${signer.sign('upload-module', id)}`;
  const create = async (caller: Caller, address: ModuleAddress, given: NewVersion) => {
    const { module } = await readModule(platform, caller, address, 'manage-modules');
    const { version, 'commit-sha': commitSha } = given;
    const made = await createVersion(platform, caller, module, { version, commitSha });
    return { status: 201, body: { data: moduleVersionResource(made, uploadOf(made.id)) } };
  };
  const example = {
    data: { type: 'registry-module-versions', attributes: { version: '1.0.0' } },
  };
  return [
    endpoint({
      method: 'POST',
      url: `${MODULES_URL}/:registry/:namespace/:module/:provider/versions`,
      summary: 'Create a version of a module; the answer holds the address to upload its archive to',
      example,
      access: 'account',
      permission: 'organization:manage-modules',
      params: ModuleParams,
      body: CreateBody,
      answers: { 201: documentOf(ModuleVersionSchema) },
      handle: async ({ caller, params, body }) => await create(caller, params, body.data.attributes),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/registry-modules/:organization/:module/:provider/versions',
      summary: 'Create a version of a module, under the address that older clients use',
      example,
      access: 'account',
      permission: 'organization:manage-modules',
      params: ModuleParams.omit({ namespace: true, registry: true }),
      body: CreateBody,
      answers: { 201: documentOf(ModuleVersionSchema) },
      handle: async ({ caller, params, body }) =>
        await create(caller, { ...params, namespace: params.organization }, body.data.attributes),
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v2/uploads/registry-module-versions/:id/:signature',
      summary: 'Upload the archive (tar.gz) of a version of a module, once: from then on it never changes',
      access: 'anyone',
      params: SignedParams,
      streamed: true,
      answers: { 200: nothing },
      handle: async ({ params, raw }) => {
        if (!signer.verify('upload-module', params.id, params.signature)) refuse('not_found');
        const actor: AddressBearer = { kind: 'address', origin: { address: raw.ip, requestId: raw.id } };
        await uploadVersion(platform, actor, params.id, streamedBody(raw));
        return { status: 200 };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${MODULES_URL}/:registry/:namespace/:module/:provider/version`,
      summary: 'Read a version of a module: whether it can be used, and the SHA-256 of its archive',
      access: 'account',
      permission: 'organization:read-registry',
      params: ModuleParams,
      query: VersionQuery,
      answers: { 200: documentOf(ModuleVersionSchema) },
      handle: async ({ caller, params, query }) => {
        const { module } = await readModule(platform, caller, params, 'read-registry');
        const version = await readVersion(platform.db, module.id, query.module_version);
        const mayUpload =
          version.status !== 'ok' &&
          (await canInOrganization(platform.db, caller, module.organization_id, 'manage-modules'));
        const upload = mayUpload ? uploadOf(version.id) : null;
        return { status: 200, body: { data: moduleVersionResource(version, upload) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${MODULES_URL}/:registry/:namespace/:module/:provider/:version`,
      operation: 'deleteVersionOfRegistryModuleOfOrganization',
      summary: 'Delete a version of a module: other bytes are never published under it',
      access: 'account',
      permission: 'organization:manage-modules',
      params: VersionParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const { module } = await readModule(platform, caller, params, 'manage-modules');
        await deleteVersion(platform, caller, module, params.version);
        return { status: 204 };
      },
    }),
  ];
}
