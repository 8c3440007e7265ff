/** Where a request came from, for the audit trail. */
export interface Origin {
  /** IP address of the client, or of the last proxy. */
  address: string;
  requestId: string;
}

/** Who is calling: what a token stands for. */
export type Caller = { tokenId: string; origin: Origin } & (
  | { kind: 'user'; userId: string; username: string; isSiteAdmin: boolean }
  | { kind: 'organization'; organizationId: string }
  | { kind: 'agent' }
);

/** The user behind a change, for its records; organizations and runners have none. */
export const userIdOf = (caller: Caller): string | null => (caller.kind === 'user' ? caller.userId : null);
