import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, NoRelationships } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { gpgKeyResource, GpgKeySchema } from '../document.ts';
import { createKey, deleteKey, listKeys, moveKey, readKey } from '../service.ts';

const URL = '/api/registry/private/v2/gpg-keys';
const KeyParams = z.object({ namespace: z.string(), key: z.string() });
const namespace = z.string({ error: 'must be the name of an organization' }).min(1).max(100);
const CreateBody = document(
  z.object({
    namespace,
    'ascii-armor': z.string({ error: 'must be a public key in ASCII armor' }).min(1).max(65_536),
  }),
  NoRelationships,
);
const UpdateBody = document(z.object({ namespace }), NoRelationships);
const MAX_NAMESPACES = 20;
const ListQuery = PageQuery.extend({
  'filter[namespace]': z
    .union([z.string(), z.array(z.string()).min(1)], {
      error: 'must name an organization, or several with commas',
    })
    .transform((given) => [given].flat().flatMap((names) => names.split(',')))
    .refine((names) => names.length <= MAX_NAMESPACES, `may name at most ${MAX_NAMESPACES} organizations`),
});

/** The keys with which versions of providers are signed. The paths are those of HCP Terraform. */
export function registryKeyEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: URL,
      summary: 'List the public keys that providers of organizations are signed with',
      access: 'account',
      permission: 'organization:read-registry',
      params: z.object({}),
      query: ListQuery,
      answers: { 200: pagedListOf(GpgKeySchema) },
      handle: async ({ caller, query, raw }) => {
        const all = [];
        for (const name of new Set(query['filter[namespace]'])) {
          const organization = await readOrganization(platform, caller, name, 'read-registry');
          const keys = await listKeys(platform.db, organization.id);
          all.push(...keys.map((key) => gpgKeyResource(key, name)));
        }
        const page = pageOf(query);
        const data = all.slice((page.number - 1) * page.size, page.number * page.size);
        return { status: 200, body: { data, ...paginate(raw.url, page, all.length) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: URL,
      summary: 'Add a public key that providers are signed with',
      example: {
        data: {
          type: 'gpg-keys',
          attributes: { namespace: 'acme', 'ascii-armor': '-----BEGIN PGP PUBLIC KEY BLOCK-----\n…' },
        },
      },
      access: 'account',
      permission: 'organization:manage-providers',
      params: z.object({}),
      body: CreateBody,
      answers: { 201: documentOf(GpgKeySchema) },
      handle: async ({ caller, body }) => {
        const { namespace: name, 'ascii-armor': armor } = body.data.attributes;
        const key = await createKey(platform, caller, name, armor);
        return { status: 201, body: { data: gpgKeyResource(key, name) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${URL}/:namespace/:key`,
      summary: 'Read a public key',
      access: 'account',
      permission: 'organization:read-registry',
      params: KeyParams,
      answers: { 200: documentOf(GpgKeySchema) },
      handle: async ({ caller, params }) => {
        const key = await readKey(platform, caller, params.namespace, params.key, 'read-registry');
        return { status: 200, body: { data: gpgKeyResource(key, params.namespace) } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: `${URL}/:namespace/:key`,
      summary: 'Give a public key to another organization',
      example: { data: { type: 'gpg-keys', attributes: { namespace: 'acme' } } },
      access: 'account',
      permission: 'organization:manage-providers',
      params: KeyParams,
      body: UpdateBody,
      answers: { 200: documentOf(GpgKeySchema) },
      handle: async ({ caller, params, body }) => {
        const key = await readKey(platform, caller, params.namespace, params.key, 'manage-providers');
        const moved = await moveKey(platform, caller, key, body.data.attributes.namespace);
        return { status: 200, body: { data: gpgKeyResource(moved, body.data.attributes.namespace) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${URL}/:namespace/:key`,
      summary: 'Delete a public key that no version is signed with',
      access: 'account',
      permission: 'organization:manage-providers',
      params: KeyParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const key = await readKey(platform, caller, params.namespace, params.key, 'manage-providers');
        await deleteKey(platform, caller, key);
        return { status: 204 };
      },
    }),
  ];
}
