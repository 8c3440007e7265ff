import * as z from 'zod';
import { resource, Timestamp, toOne } from '../http/document-schema.ts';
import { timestamp } from '../http/json-api.ts';
import type { StoredBook } from './service.ts';

export const PriceBookSchema = resource(
  'price-books',
  {
    name: z.string(),
    version: z.int(),
    currency: z.string(),
    source: z.string(),
    date: z.iso.date(),
    'prices-count': z.int(),
    'resource-types': z.array(z.string()),
    sha256: z.string(),
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  { organization: toOne('organizations') },
);

/** The name and the source of the prices; the document itself is at `download`. */
export function priceBookResource(book: StoredBook, organizationName: string) {
  const self = `/api/v2/price-books/${book.id}`;
  return {
    id: book.id,
    type: 'price-books',
    attributes: {
      name: book.name,
      version: book.version,
      currency: book.currency,
      source: book.source,
      date: book.as_of,
      'prices-count': book.prices.length,
      'resource-types': [...new Set(book.prices.map(({ resource: type }) => type))].toSorted(),
      sha256: book.sha256,
      'created-at': timestamp(book.created_at),
      'updated-at': timestamp(book.updated_at),
    },
    relationships: { organization: { data: { id: organizationName, type: 'organizations' } } },
    links: { self, download: `${self}/download` },
  };
}
