/** The origin of a request, for the audit trail. */
export interface Origin {
  /** The IP address of the sender (`http/client-address.ts`). */
  address: string;
  requestId: string;
  /** Through the tools of an AI agent; undefined: directly. */
  via?: 'mcp' | undefined;
  /** The name that the agent's program gives itself: no decision depends on it. Undefined: not given, or no agent. */
  agent?: string | undefined;
}

/** A principal whose name is on what it creates: a person, or the service account of a team or an organization. */
interface Named {
  userId: string;
  username: string;
}

/** The holder of rights, who need not be the caller of a request (api-contract §1.1). */
export type Principal =
  | ({ kind: 'user'; isSiteAdmin: boolean } & Named)
  | ({ kind: 'team'; teamId: string; organizationId: string } & Named)
  | ({ kind: 'organization'; organizationId: string } & Named)
  /** May read its organization's audit trail, and nothing else. */
  | { kind: 'audit'; organizationId: string }
  /** Terraform inside a run: may read the states its workspace may use, and nothing else. */
  | { kind: 'run'; runId: string; workspaceId: string; organizationId: string }
  /** The service that a run task calls: may read the plan and the configuration of that run, and answer; nothing else. */
  | {
      kind: 'task';
      taskResultId: string;
      runId: string;
      workspaceId: string;
      organizationId: string;
    }
  /** A runner: of an agent pool, or (null) of the platform's own. */
  | { kind: 'agent'; agentPoolId: string | null };

/** The caller of a request: what its token or session stands for. */
export type Caller = {
  /** The id of the request's token or session, for the records. */
  tokenId: string;
  /** The session of a person at the web pages; undefined: the request came with a token. */
  sessionId?: string | undefined;
  origin: Origin;
} & Principal;

/** The callers who may make runs, configurations and states: an organization's token may not (api-contract §1.1). */
export type Actor = Extract<Caller, { kind: 'user' | 'team' }>;

/** The agent that acted for the caller, for reports of the act; null: the caller acted themselves. */
export const agentOf = (caller: { readonly origin: Origin } | null): string | null =>
  caller?.origin.via === 'mcp' ? (caller.origin.agent ?? 'an MCP client') : null;

/** The user behind a change, for its records; runs and runners have none. */
export const userIdOf = (caller: Caller): string | null => ('userId' in caller ? caller.userId : null);
