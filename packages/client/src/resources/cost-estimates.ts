import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Amounts are decimal texts, per month, in the estimate's currency (`api-contract §4.5`). */
export interface CostEstimateAttributes {
  readonly status: string;
  readonly 'error-message'?: string | null;
  readonly 'prior-monthly-cost'?: string | null;
  readonly 'proposed-monthly-cost'?: string | null;
  readonly 'delta-monthly-cost'?: string | null;
  readonly 'resources-count'?: number;
  readonly 'matched-resources-count'?: number;
  readonly 'unmatched-resources-count'?: number;
  /** Three letters; null until the estimate is made. */
  readonly currency?: string | null;
  readonly 'price-books'?: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: number;
  }[];
  readonly resources?: {
    readonly matched: readonly PricedResource[];
    readonly unmatched: readonly {
      readonly address: string;
      readonly type: string;
      readonly reason: string;
    }[];
  } | null;
}
export interface PricedResource {
  readonly address: string;
  readonly type: string;
  readonly 'prior-monthly-cost': string;
  readonly 'proposed-monthly-cost': string;
  readonly 'delta-monthly-cost': string;
  readonly 'price-book'?: string | null;
}
export type CostEstimate = Resource<CostEstimateAttributes>;

export function costEstimates(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    read: (costEstimateId: string, options?: CallOptions) =>
      calls.read<CostEstimate>(path`cost-estimates/${costEstimateId}`, options),
  };
}
