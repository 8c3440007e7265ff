/** Who is calling: what a token stands for. */
export type Caller =
  | { kind: 'user'; tokenId: string; userId: string; username: string; isSiteAdmin: boolean }
  | { kind: 'organization'; tokenId: string; organizationId: string }
  | { kind: 'agent'; tokenId: string };

/** The user behind a change, for its records; organizations and runners have none. */
export const userIdOf = (caller: Caller): string | null => (caller.kind === 'user' ? caller.userId : null);
