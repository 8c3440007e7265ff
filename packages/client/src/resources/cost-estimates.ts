import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Amounts are decimal text in dollars a month (`api-contract §4.5`). */
export interface CostEstimateAttributes {
  readonly status: string;
  readonly 'error-message'?: string | null;
  readonly 'prior-monthly-cost'?: string | null;
  readonly 'proposed-monthly-cost'?: string | null;
  readonly 'delta-monthly-cost'?: string | null;
  readonly 'resources-count'?: number;
  readonly 'matched-resources-count'?: number;
  readonly 'unmatched-resources-count'?: number;
}
export type CostEstimate = Resource<CostEstimateAttributes>;

export function costEstimates(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    read: (costEstimateId: string, options?: CallOptions) =>
      calls.read<CostEstimate>(path`cost-estimates/${costEstimateId}`, options),
  };
}
