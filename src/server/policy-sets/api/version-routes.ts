import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { AddressBearer } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { PolicySetVersionSchema, versionResource } from '../document.ts';
import { readPolicySet } from '../service.ts';
import { createVersion, listVersions, readVersion, uploadVersion } from '../versions.ts';

const SignedParams = z.object({ id: z.string(), signature: z.string() });

export function policySetVersionEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer } = platform;
  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/policy-sets/:id/versions',
      summary: 'Create a version of a policy set; the answer holds the address to upload the archive to',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      answers: { 201: documentOf(PolicySetVersionSchema) },
      handle: async ({ caller, params }) => {
        const set = await readPolicySet(platform, caller, params.id, 'manage-policies');
        const version = await createVersion(platform, caller, set);
        const signature = signer.sign('upload-policy-set', version.id);
        const upload = `${platform.publicUrl}/api/v2/uploads/policy-set-versions/${version.id}/${signature}`;
        return { status: 201, body: { data: versionResource(version, upload) } };
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v2/uploads/policy-set-versions/:id/:signature',
      summary: 'Upload the archive (tar.gz) of a policy set version, once: its policies hold from here on',
      access: 'anyone',
      params: SignedParams,
      streamed: true,
      answers: { 200: nothing },
      handle: async ({ params, raw }) => {
        if (!signer.verify('upload-policy-set', params.id, params.signature)) refuse('not_found');
        const actor: AddressBearer = { kind: 'address', origin: { address: raw.ip, requestId: raw.id } };
        await uploadVersion(platform, actor, params.id, streamedBody(raw));
        return { status: 200 };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-sets/:id/versions',
      summary: 'List the versions of a policy set, newest first',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(PolicySetVersionSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const set = await readPolicySet(platform, caller, params.id, 'member');
        const page = pageOf(query);
        const { versions, totalCount } = await listVersions(db, set, page);
        const data = versions.map((version) => versionResource(version, null));
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-set-versions/:id',
      summary: 'Read a version of a policy set: whether its policies can be used, and why not',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      answers: { 200: documentOf(PolicySetVersionSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: versionResource(await readVersion(platform, caller, params.id), null) },
      }),
    }),
  ];
}
