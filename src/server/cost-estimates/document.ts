import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { resource, StatusTimestamps } from '../http/document-schema.ts';

const amount = z
  .string()
  .regex(/^-?\d+\.\d+$/)
  .nullable();
const PricedResource = z.object({
  address: z.string(),
  type: z.string(),
  'prior-monthly-cost': z.string(),
  'proposed-monthly-cost': z.string(),
  'delta-monthly-cost': z.string(),
  'price-book': z.string().nullable(),
});
const UnpricedResource = z.object({ address: z.string(), type: z.string(), reason: z.string() });

export const CostEstimateSchema = resource('cost-estimates', {
  status: z.enum([
    'pending',
    'queued',
    'finished',
    'canceled',
    'errored',
    'unreachable',
    'skipped_due_to_targeting',
  ]),
  'status-timestamps': StatusTimestamps,
  'error-message': z.string().nullable(),
  resources: z.object({ matched: z.array(PricedResource), unmatched: z.array(UnpricedResource) }).nullable(),
  'resources-count': z.int(),
  'matched-resources-count': z.int(),
  'unmatched-resources-count': z.int(),
  'prior-monthly-cost': amount,
  'proposed-monthly-cost': amount,
  'delta-monthly-cost': amount,
  currency: z.string().nullable(),
  'price-books': z.array(z.object({ id: z.string(), name: z.string(), version: z.int() })),
});

/** api-contract §4.5. */
export function costEstimateResource(estimate: Row<'cost_estimate'>) {
  const { matched, unmatched } = estimate;
  return {
    id: estimate.id,
    type: 'cost-estimates',
    attributes: {
      status: estimate.status,
      'status-timestamps': estimate.status_timestamps,
      'error-message': estimate.error_message,
      resources: estimate.status === 'finished' ? { matched, unmatched } : null,
      'resources-count': estimate.resources_count,
      'matched-resources-count': matched.length,
      'unmatched-resources-count': unmatched.length,
      'prior-monthly-cost': estimate.prior,
      'proposed-monthly-cost': estimate.proposed,
      'delta-monthly-cost': estimate.delta,
      currency: estimate.currency,
      'price-books': estimate.price_books,
    },
    links: { self: `/api/v2/cost-estimates/${estimate.id}` },
  };
}
