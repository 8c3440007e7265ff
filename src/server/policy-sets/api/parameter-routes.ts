import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { parameterResource, PolicySetParameterSchema } from '../document.ts';
import {
  createParameter,
  deleteParameter,
  listParameters,
  readParameter,
  updateParameter,
} from '../parameters.ts';
import { readPolicySet } from '../service.ts';

const ParameterParams = z.object({ id: z.string(), variable: z.string() });
const key = z
  .string({ error: 'must be a text' })
  .regex(/^[\w-]{1,256}$/, 'may only contain letters, digits, - and _');
const fields = {
  value: z.string().max(16_384).optional(),
  sensitive: z.boolean().optional(),
  category: z.literal('policy-set', { error: 'must be "policy-set"' }).optional(),
};
const CreateBody = document(z.object({ key, ...fields }), NoRelationships);
const UpdateBody = document(
  attributesOfChange(z.object({ key: key.optional(), ...fields })),
  NoRelationships,
);

export function policySetParameterEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const url = '/api/v2/policy-sets/:id/parameters';
  const managed = async (caller: Caller, id: string) =>
    await readPolicySet(platform, caller, id, 'manage-policies');
  return [
    endpoint({
      method: 'GET',
      url,
      summary: 'List the parameters of a policy set; sensitive values are left out',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(PolicySetParameterSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const set = await managed(caller, params.id);
        const parameters = await listParameters(db, set.id);
        const page = pageOf(query);
        const shown = parameters.slice((page.number - 1) * page.size, page.number * page.size);
        return {
          status: 200,
          body: { data: shown.map(parameterResource), ...paginate(raw.url, page, parameters.length) },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url,
      summary: 'Give the policies of a set a parameter: params.<key> in them',
      example: { data: { type: 'vars', attributes: { key: 'largest', value: '4', category: 'policy-set' } } },
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      body: CreateBody,
      answers: { 201: documentOf(PolicySetParameterSchema) },
      handle: async ({ caller, params, body }) => {
        const set = await managed(caller, params.id);
        const parameter = await createParameter(platform, caller, set, body.data.attributes);
        return { status: 201, body: { data: parameterResource(parameter) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${url}/:variable`,
      summary: 'Read a parameter of a policy set',
      access: 'account',
      permission: 'organization:manage-policies',
      params: ParameterParams,
      answers: { 200: documentOf(PolicySetParameterSchema) },
      handle: async ({ caller, params }) => {
        const set = await managed(caller, params.id);
        const parameter = await readParameter(db, set, params.variable);
        return { status: 200, body: { data: parameterResource(parameter) } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: `${url}/:variable`,
      summary: 'Change a parameter of a policy set: only what is given',
      access: 'account',
      permission: 'organization:manage-policies',
      params: ParameterParams,
      body: UpdateBody,
      answers: { 200: documentOf(PolicySetParameterSchema) },
      handle: async ({ caller, params, body }) => {
        const set = await managed(caller, params.id);
        const before = await readParameter(db, set, params.variable);
        const parameter = await updateParameter(platform, caller, set, before, body.data.attributes);
        return { status: 200, body: { data: parameterResource(parameter) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${url}/:variable`,
      summary: 'Delete a parameter of a policy set',
      access: 'account',
      permission: 'organization:manage-policies',
      params: ParameterParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const set = await managed(caller, params.id);
        await deleteParameter(platform, caller, set, await readParameter(db, set, params.variable));
        return { status: 204 };
      },
    }),
  ];
}
