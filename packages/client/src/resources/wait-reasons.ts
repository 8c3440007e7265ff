import { readList, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Only Runwright has it. Relationships: `run`, `blocking-run`, `locked-by`, `agent-pool`. */
export type WaitReason = Resource<{
  /** `behind-run`, `workspace-locked`, `no-runner-online`, `runners-busy`, `terraform-works`, `confirmation`, … */
  readonly kind: string;
  readonly message: string;
  /** true: only a person can resolve it. */
  readonly 'needs-person': boolean;
  readonly since: string | null;
  readonly until: string | null;
  /** Estimated from earlier runs; null without any. */
  readonly 'estimated-seconds': number | null;
  readonly position: number | null;
}>;

/** The reasons why a run waits; none once it is over. Throws `not_found` on servers without this list. */
export function waitReasons(transport: Transport) {
  return {
    async ofRun(runId: string, options: CallOptions = {}): Promise<readonly WaitReason[]> {
      const target = path`runs/${runId}/wait-reasons`;
      return readList<WaitReason>(await transport.call({ method: 'GET', path: target, ...options })).data;
    },
  };
}
