import * as z from 'zod';
import type { Platform } from '../../context.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, NoRelationships } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import type { Caller } from '../caller.ts';
import { requireSiteAdmin } from '../permissions.ts';
import { Email, Username } from '../user-attributes.ts';
import { userResource, UserSchema } from '../user-document.ts';
import { createUser, listUsers } from '../users.ts';

const NewUser = document(
  z.object({ username: Username, email: Email, 'is-site-admin': z.boolean().default(false) }),
  NoRelationships,
);
const ListQuery = PageQuery.extend({ q: z.string().max(255).optional() });

/** People, for the administrators of the whole server. A person is created with a password or a token. */
export function userEndpoints(platform: Platform): Endpoint<Caller>[] {
  const common = {
    url: '/api/v2/admin/users',
    access: 'account',
    permission: 'site-admin',
    params: z.object({}),
  } as const;
  return [
    endpoint({
      ...common,
      method: 'GET',
      summary: 'List the people of the whole server, by name or address',
      query: ListQuery,
      answers: { 200: pagedListOf(UserSchema) },
      handle: async ({ caller, query, raw }) => {
        requireSiteAdmin(caller);
        const page = pageOf(query);
        const { users, total } = await listUsers(platform, query.q, page);
        return {
          status: 200,
          body: {
            data: users.map((user) => userResource(user, 'site-admin')),
            ...paginate(raw.url, page, total),
          },
        };
      },
    }),
    endpoint({
      ...common,
      method: 'POST',
      summary: 'Add a person, who has no password and no token yet',
      body: NewUser,
      answers: { 201: documentOf(UserSchema) },
      handle: async ({ caller, body }) => {
        requireSiteAdmin(caller);
        const { username, email, 'is-site-admin': isSiteAdmin } = body.data.attributes;
        const user = await createUser(platform, caller, { username, email, is_site_admin: isSiteAdmin });
        return { status: 201, body: { data: userResource(user, 'site-admin') } };
      },
    }),
  ];
}
