import type { Readable } from 'node:stream';
import * as z from 'zod';
import { EnforcementLevel } from '../../../checks/policy.ts';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { bytes, nothing } from '../../http/answers.ts';
import { readChunks } from '../../http/body/read-chunks.ts';
import { refusedBecause } from '../../http/effect.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf, oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { describePolicySets } from '../../includes/with-policy-sets.ts';
import { readOrganization, readOrganizationName } from '../../organizations/service.ts';
import { readPolicySets } from '../../policy-sets/service.ts';
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
const name = z
  .string({ error: 'must be a text' })
  .regex(/^[\w-]{1,90}$/, 'may only contain letters, digits, - and _, at most 90');
const fields = {
  description: z.string().max(1_000).nullish(),
  kind: z
    .literal('cel', {
      error: 'must be "cel": compiled policies of Open Policy Agent come in the archive of a policy set',
    })
    .default('cel'),
  query: refusedBecause(
    'it belongs to compiled policies, which come in the archive of a policy set',
    z.literal('', { error: 'cannot be set: it belongs to compiled policies' }).nullish(),
  ),
  'enforcement-level': EnforcementLevel.optional(),
  /** The name of the level in older clients. */
  enforce: z
    .array(z.object({ path: z.string().max(200).optional(), mode: EnforcementLevel }))
    .max(1, 'must have at most one entry')
    .optional(),
};
const CreateAttributes = z.object({ name, ...fields });
const UpdateAttributes = z.object({ name: name.optional(), ...fields });
const members = z
  .object({ 'policy-sets': z.object({ data: z.array(z.object({ id: z.string() })).max(500) }).nullish() })
  .nullish();
const CreateBody = document(CreateAttributes, members);
const UpdateBody = document(attributesOfChange(UpdateAttributes), members);
const IncludeQuery = z.object({ include: includeOf(['policy_sets']) });
const ListQuery = PageQuery.extend(IncludeQuery.shape).extend({
  'search[name]': z.string().max(90).optional(),
  'filter[kind]': oneOf('cel', 'opa', 'sentinel'),
});

/** @throws 422 the two attributes for the level differ, or name another file */
function levelOf(
  given: Pick<z.output<typeof UpdateAttributes>, 'enforcement-level' | 'enforce'>,
  policyName: string,
): EnforcementLevel | undefined {
  const { 'enforcement-level': level, enforce: [entry] = [] } = given;
  const pointer = '/data/attributes/enforce';
  if (level !== undefined && entry !== undefined && entry.mode !== level)
    refuse('invalid_attribute', `enforce: says ${entry.mode}, and enforcement-level ${level}`, pointer);
  if (entry?.path !== undefined && entry.path !== `${policyName}.cel`)
    refuse('invalid_attribute', `enforce: its path must be ${policyName}.cel, or be left out`, pointer);
  return level ?? entry?.mode;
}

const setsOf = (given: z.output<typeof members>): string[] | undefined =>
  given?.['policy-sets']?.data.map(({ id }) => id);

/** Policies that are kept by themselves, each of one CEL expression, and assigned to policy sets. */
export function policyEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describeAll = async (caller: Caller, policies: readonly KeptPolicy[], include?: string) => {
    const [first] = policies;
    if (first === undefined) return { data: [] };
    const organization = await readOrganizationName(platform.db, first.organization_id);
    const data = await describePolicies(platform.db, organization, policies);
    if (!parseInclude(include).includes('policy_sets')) return { data };
    const ids = data.flatMap(({ relationships }) => relationships['policy-sets'].data.map(({ id }) => id));
    const sets = await readPolicySets(platform.db, ids);
    return { data, included: (await describePolicySets(platform, caller, sets)).data };
  };
  const describe = async (caller: Caller, policy: KeptPolicy, include?: string) => {
    const { data, ...rest } = await describeAll(caller, [policy], include);
    return { data: data[0], ...rest };
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
        const wanted = { name: query['search[name]'], kind: query['filter[kind]'] };
        const { policies, totalCount } = await listPolicies(platform, organization.id, wanted, page);
        const shown = await describeAll(caller, policies, query.include);
        return { status: 200, body: { ...shown, ...paginate(raw.url, page, totalCount) } };
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
        const { attributes, relationships } = body.data;
        const policy = await createPolicy(platform, caller, id, {
          name: attributes.name,
          description: attributes.description ?? '',
          level: levelOf(attributes, attributes.name) ?? 'advisory',
          setIds: setsOf(relationships),
        });
        return { status: 201, body: await describe(caller, policy) };
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
      handle: async ({ caller, params, query }) => {
        const policy = await readPolicy(platform, caller, params.id, 'member');
        return { status: 200, body: await describe(caller, policy, query.include) };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/policies/:id',
      summary: 'Change a policy: only what is given; policy sets that are given are its only ones afterwards',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(PolicySchema) },
      handle: async ({ caller, params, body }) => {
        const policy = await readPolicy(platform, caller, params.id, 'manage-policies');
        const { attributes, relationships } = body.data;
        const changed = await updatePolicy(platform, caller, policy, {
          name: attributes.name,
          description: attributes.description === null ? '' : attributes.description,
          level: levelOf(attributes, policy.name),
          setIds: setsOf(relationships),
        });
        return { status: 200, body: await describe(caller, changed) };
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
