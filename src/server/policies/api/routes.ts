import type { Readable } from 'node:stream';
import * as z from 'zod';
import { EnforcementLevel } from '../../../checks/policy.ts';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { bytes, nothing } from '../../http/answers.ts';
import { readChunks } from '../../http/body/read-chunks.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization, readOrganizationName } from '../../organizations/service.ts';
import { describePolicies, PolicySchema } from '../document.ts';
import {
  createPolicy,
  deletePolicy,
  listPolicies,
  readPolicy,
  updatePolicy,
  uploadPolicy,
  type KeptPolicy,
} from '../service.ts';

const MAX_BYTES = 20_000;
const OrganizationParams = z.object({ organization: z.string() });
const enforce = z
  .array(z.object({ mode: EnforcementLevel }))
  .max(1, 'must have at most one entry')
  .optional();
const fields = {
  description: z.string().max(1_000).nullish(),
  'enforcement-level': EnforcementLevel.optional(),
  /** What older clients call it by. */
  enforce,
};
const CreateBody = document(
  z.object({
    name: z
      .string({ error: 'must be a text' })
      .regex(/^[\w-]{1,90}$/, 'may hold letters, digits, "-" and "_" only, at most 90'),
    kind: z
      .literal('cel', {
        error: 'must be "cel": compiled policies of Open Policy Agent come in the archive of a policy set',
      })
      .default('cel'),
    ...fields,
  }),
  NoRelationships,
);
const UpdateBody = document(attributesOfChange(z.object(fields)), NoRelationships);
const IncludeQuery = z.object({ include: includeOf([], ['policy_sets']) });
const ListQuery = PageQuery.extend(IncludeQuery.shape).extend({
  'search[name]': z.string().max(90).optional(),
});

const levelOf = (given: {
  'enforcement-level'?: EnforcementLevel | undefined;
  enforce?: z.output<typeof enforce>;
}) => given['enforcement-level'] ?? given.enforce?.[0]?.mode;

/** Policies that are kept by themselves, each of one CEL expression, and given to policy sets. */
export function policyEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (policy: KeptPolicy) => {
    const name = await readOrganizationName(platform.db, policy.organization_id);
    const [data] = await describePolicies(platform.db, name, [policy]);
    return { data };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/policies',
      summary: 'List the policies of an organization that are kept by themselves',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(PolicySchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const page = pageOf(query);
        const { policies, totalCount } = await listPolicies(
          platform,
          organization.id,
          query['search[name]'],
          page,
        );
        const data = await describePolicies(platform.db, organization.name, policies);
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/policies',
      summary: 'Create a policy; its text is uploaded afterwards',
      example: {
        data: { type: 'policies', attributes: { name: 'small', 'enforcement-level': 'soft-mandatory' } },
      },
      access: 'account',
      permission: 'organization:manage-policies',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(PolicySchema) },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(platform.db, caller, id, 'manage-policies');
        const { name, description, ...given } = body.data.attributes;
        const level = levelOf(given) ?? 'advisory';
        const policy = await createPolicy(platform, caller, id, {
          name,
          description: description ?? '',
          level,
        });
        return { status: 201, body: await describe(policy) };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policies/:id',
      summary: 'Read a policy and the sets that have it',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(PolicySchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await describe(await readPolicy(platform, caller, params.id, 'member')),
      }),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/policies/:id',
      summary: 'Change what a policy is for and what its failure does',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(PolicySchema) },
      handle: async ({ caller, params, body }) => {
        const policy = await readPolicy(platform, caller, params.id, 'manage-policies');
        const { description, ...given } = body.data.attributes;
        const changed = await updatePolicy(platform, caller, policy, {
          description: description ?? undefined,
          level: levelOf(given),
        });
        return { status: 200, body: await describe(changed) };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/policies/:id',
      summary: 'Delete a policy: no set has it any more',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const policy = await readPolicy(platform, caller, params.id, 'manage-policies');
        await deletePolicy(platform, caller, policy);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policies/:id/download',
      summary: 'Read the text of a policy',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      answers: { 200: bytes('text/plain') },
      handle: async ({ caller, params }) => {
        const policy = await readPolicy(platform, caller, params.id, 'member');
        if (policy.source_text === null) refuse('not_found', 'The policy has no text yet: upload one.');
        const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
        return { status: 200, text: policy.source_text, headers };
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v2/policies/:id/upload',
      summary: 'Upload the text of a policy, a CEL expression: it holds from here on',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      streamed: true,
      answers: { 200: nothing },
      handle: async ({ caller, params, raw }) => {
        const policy = await readPolicy(platform, caller, params.id, 'manage-policies');
        await uploadPolicy(platform, caller, policy, await readText(streamedBody(raw)));
        return { status: 200 };
      },
    }),
  ];
}

/** @throws 413, 422 */
async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  await readChunks(body, MAX_BYTES, (chunk) => chunks.push(chunk));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return refuse('unprocessable', 'The policy is not text in UTF-8.');
  }
}
