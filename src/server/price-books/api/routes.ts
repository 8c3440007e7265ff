import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { bytes, nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization, readOrganizationName } from '../../organizations/service.ts';
import { PriceBookSchema, priceBookResource } from '../document.ts';
import {
  createPriceBook,
  deletePriceBook,
  listPriceBooks,
  readDocument,
  readPriceBook,
  updatePriceBook,
  type StoredBook,
} from '../service.ts';

const MAX_CHARACTERS = 512 * 1024;
const OrganizationParams = z.object({ organization: z.string() });
const name = z.string({ error: 'must be a text' }).trim().min(1, 'must not be empty').max(100);
const content = z
  .string({ error: 'must be the text of a price book, in YAML or JSON' })
  .min(1, 'must not be empty')
  .max(MAX_CHARACTERS, `must have at most ${MAX_CHARACTERS} characters`);
const CreateBody = document(z.object({ name, document: content }), NoRelationships);
const UpdateBody = document(
  attributesOfChange(z.object({ name: name.nullish(), document: content.nullish() })),
  NoRelationships,
);
const DownloadQuery = z.object({
  version: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
});

export function priceBookEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (book: StoredBook) => {
    const organization = await readOrganizationName(platform.db, book.organization_id);
    return { data: priceBookResource(book, organization) };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/price-books',
      summary: 'List the price books of an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: PageQuery,
      answers: { 200: pagedListOf(PriceBookSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const page = pageOf(query);
        const { books, totalCount } = await listPriceBooks(platform, organization.id, page);
        const data = books.map((book) => priceBookResource(book, organization.name));
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/price-books',
      summary: 'Upload a price book, which estimates of runs are made with from here on',
      example: {
        data: {
          type: 'price-books',
          attributes: {
            name: 'compute',
            document:
              'currency: USD\nsource: https://aws.amazon.com/ec2/pricing\ndate: 2026-01-31\nprices:\n' +
              '  - resource: aws_instance\n    monthly: 7.592\n',
          },
        },
      },
      access: 'account',
      permission: 'organization:manage-policies',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(PriceBookSchema) },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(platform.db, caller, id, 'manage-policies');
        const book = await createPriceBook(platform, caller, id, body.data.attributes);
        return { status: 201, body: await describe(book) };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/price-books/:id',
      summary: 'Read what a price book is of',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      answers: { 200: documentOf(PriceBookSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await describe(await readPriceBook(platform, caller, params.id, 'member')),
      }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/price-books/:id/download',
      summary: 'Read a price book as it was uploaded: the newest version, or the one that the query names',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: DownloadQuery,
      answers: { 200: bytes('text/plain') },
      handle: async ({ caller, params, query }) => {
        const book = await readPriceBook(platform, caller, params.id, 'member');
        const text = await readDocument(platform, book, query.version);
        return { status: 200, text, headers: { 'Content-Type': 'text/plain; charset=utf-8' } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/price-books/:id',
      summary: 'Rename a price book, or upload its next version',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(PriceBookSchema) },
      handle: async ({ caller, params, body }) => {
        const book = await readPriceBook(platform, caller, params.id, 'manage-policies');
        const changed = await updatePriceBook(platform, caller, book, body.data.attributes);
        return { status: 200, body: await describe(changed) };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/price-books/:id',
      summary: 'Delete a price book with all its versions: estimates that were made with it stay',
      access: 'account',
      permission: 'organization:manage-policies',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const book = await readPriceBook(platform, caller, params.id, 'manage-policies');
        await deletePriceBook(platform, caller, book);
        return { status: 204 };
      },
    }),
  ];
}
