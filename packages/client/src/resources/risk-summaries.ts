import { readDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Only Runwright has it. A score of null: there is no finished plan, or its runner has not looked for risks. */
export type RiskSummary = Resource<{
  /** 0 to 100. */
  readonly score: number | null;
  /** `none`, `low`, `moderate`, `high` or `critical`. */
  readonly level: string | null;
  /** The weightiest reasons first. */
  readonly reasons: readonly {
    readonly rule: string;
    readonly text: string;
    readonly points: number;
    readonly count: number;
  }[];
  /** The first findings of each rule. */
  readonly rows: readonly { readonly rule: string; readonly address: string; readonly detail: string }[];
}>;

/** The changes in a plan that people should look at. */
export function riskSummaries(transport: Transport) {
  return {
    async ofRun(runId: string, options: CallOptions = {}): Promise<RiskSummary> {
      const target = path`runs/${runId}/risk-summary`;
      return readDocument<RiskSummary>(await transport.call({ method: 'GET', path: target, ...options }))
        .data;
    },
  };
}
