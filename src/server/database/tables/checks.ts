/** Price books, and the cost estimates of runs. */
import type { Generated } from 'kysely';
import type { PricedResource, UnpricedResource } from '../../../checks/estimate.ts';
import type { Price } from '../../../checks/price-book.ts';
import type { Json, JsonWithDefault, Timestamp } from './columns.ts';

export interface PriceBookTable {
  id: string;
  organization_id: string;
  name: string;
  /** The newest version. */
  version: number;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface PriceBookVersionTable {
  price_book_id: string;
  version: number;
  /** The text as it was uploaded. */
  source_text: string;
  sha256: string;
  currency: string;
  source: string;
  /** A day, as PostgreSQL writes it. */
  as_of: string;
  prices: Json<Price[]>;
  created_by: string | null;
  created_at: Timestamp;
}

export type CostEstimateStatus =
  'pending' | 'queued' | 'finished' | 'canceled' | 'errored' | 'unreachable' | 'skipped_due_to_targeting';

/** A price book that an estimate was made with. */
export interface UsedPriceBook {
  id: string;
  name: string;
  version: number;
}

export interface CostEstimateTable {
  id: string;
  run_id: string;
  status: CostEstimateStatus;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  error_message: string | null;
  currency: string | null;
  /** Cost of a month; decimal texts, like the other two. */
  prior: string | null;
  proposed: string | null;
  delta: string | null;
  resources_count: Generated<number>;
  matched: JsonWithDefault<PricedResource[]>;
  unmatched: JsonWithDefault<UnpricedResource[]>;
  price_books: JsonWithDefault<UsedPriceBook[]>;
  created_at: Timestamp;
}
