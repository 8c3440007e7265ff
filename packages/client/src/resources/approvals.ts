import { readDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Only Runwright has it. */
export type ApprovalStanding = Resource<{
  /** A team of null: anybody who may apply. */
  readonly rules: readonly {
    readonly team: string | null;
    readonly required: number;
    readonly given: number;
  }[];
  /** All approvals, including those that no longer count: `void` says why. */
  readonly approvals: readonly {
    readonly 'user-id': string;
    readonly username: string;
    readonly 'given-at': string;
    readonly void: 'changed' | 'author' | 'not-asked' | null;
  }[];
  /** Set while nothing may be applied. */
  readonly closed: {
    readonly kind: 'window' | 'freeze';
    readonly name: string;
    readonly until: string | null;
  } | null;
  readonly 'is-caller-asked': boolean;
}>;

/** The approvals that a run needs before it is applied, and those of its plan so far. */
export function approvals(transport: Transport) {
  return {
    async ofRun(runId: string, options: CallOptions = {}): Promise<ApprovalStanding> {
      const target = path`runs/${runId}/approvals`;
      return readDocument<ApprovalStanding>(await transport.call({ method: 'GET', path: target, ...options }))
        .data;
    },
  };
}
