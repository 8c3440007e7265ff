import { readDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Of Runwright alone. */
export type ApprovalStanding = Resource<{
  /** A team of null: of those who may apply. */
  readonly rules: readonly {
    readonly team: string | null;
    readonly required: number;
    readonly given: number;
  }[];
  /** Those included that count no longer: `void` says why. */
  readonly approvals: readonly {
    readonly 'user-id': string;
    readonly username: string;
    readonly 'given-at': string;
    readonly void: 'changed' | 'author' | 'not-asked' | null;
  }[];
  /** Nothing may be applied now. */
  readonly closed: {
    readonly kind: 'window' | 'freeze';
    readonly name: string;
    readonly until: string | null;
  } | null;
  readonly 'is-caller-asked': boolean;
}>;

/** What a run needs before it is applied, and who has approved its plan. */
export function approvals(transport: Transport) {
  return {
    async ofRun(runId: string, options: CallOptions = {}): Promise<ApprovalStanding> {
      const target = path`runs/${runId}/approvals`;
      return readDocument<ApprovalStanding>(await transport.call({ method: 'GET', path: target, ...options }))
        .data;
    },
  };
}
