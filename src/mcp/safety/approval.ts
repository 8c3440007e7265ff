import { randomBytes } from 'node:crypto';
import { inputRequired, type InputRequiredResult } from '@modelcontextprotocol/server';
import type { Failure } from '../answer/failure.ts';
import type { Audit, ApprovedBy } from './audit.ts';
import { digestOf, newNonce, seal, unseal, type SealedApproval } from './seal.ts';

/**
 * Who must agree to a change that is hard to undo (mcp §4.1.6).
 *
 * - `auto`: the person at the client is asked if the client can do that; otherwise the client's own prompt has to do.
 * - `require`: the person is asked, or a confirmation token of `preview_run_action` is given; else the call is refused.
 * - `off`: nobody is asked.
 */
export const APPROVAL_MODES = ['auto', 'require', 'off'] as const;
export type ApprovalMode = (typeof APPROVAL_MODES)[number];

const LIFETIME_MS = 5 * 60_000;
/** The name of the question in the client's answers. */
const QUESTION = 'approval';

/** The change that needs approval. */
export interface ApprovalRequest {
  readonly tool: string;
  /** `run run-…`. */
  readonly subject: string;
  /** The question, in one line of our own words. */
  readonly title: string;
  /** What will change: ids, counts and cleaned names, never free text that others wrote. */
  readonly facts: readonly string[];
  /** All facts whose change makes an approval worthless. */
  readonly boundTo: unknown;
  /** true: the server asks a person on its own page. */
  readonly hasPage?: boolean;
  /** true: `preview_run_action` gives a token for it. */
  readonly isPreviewed?: boolean;
}

/** The part of a request that an approval is bound to. */
export type BoundRequest = Pick<ApprovalRequest, 'tool' | 'subject' | 'boundTo'>;

/** One per process: all its servers share the record of used approvals. */
export interface Approvals {
  readonly mode: ApprovalMode;
  /** Seals an approval of this request. */
  issue(
    kind: SealedApproval['kind'],
    request: BoundRequest,
    caller: string,
  ): { text: string; expiresAt: string };
  /** Uses up a sealed approval, or says why it is not valid. */
  redeem(
    kind: SealedApproval['kind'],
    text: string,
    request: BoundRequest,
    caller: string,
  ): 'ok' | 'unknown' | 'expired' | 'used' | 'changed';
}

/**
 * @param key signs approvals; 32 bytes that every process behind one address shares. Random unless given.
 */
export function createApprovals(
  mode: ApprovalMode,
  key: Uint8Array = randomBytes(32),
  now: () => number = Date.now,
): Approvals {
  const spentUntil = new Map<string, number>();
  const forgetOld = (): void => {
    for (const [nonce, untilMs] of spentUntil) if (untilMs < now()) spentUntil.delete(nonce);
  };
  return {
    mode,
    issue(kind, request, caller) {
      const expiresAtMs = now() + LIFETIME_MS;
      const { tool, boundTo } = request;
      const text = seal(key, {
        kind,
        tool,
        binding: digestOf(boundTo),
        caller,
        expiresAtMs,
        nonce: newNonce(),
      });
      return { text, expiresAt: new Date(expiresAtMs).toISOString() };
    },
    redeem(kind, text, request, caller) {
      const sealed = unseal(key, text);
      if (sealed === undefined || sealed.kind !== kind) return 'unknown';
      if (sealed.tool !== request.tool || sealed.caller !== caller) return 'unknown';
      if (sealed.expiresAtMs < now()) return 'expired';
      if (spentUntil.has(sealed.nonce)) return 'used';
      if (sealed.binding !== digestOf(request.boundTo)) return 'changed';
      forgetOld();
      spentUntil.set(sealed.nonce, sealed.expiresAtMs);
      return 'ok';
    },
  };
}

/** The possible ways to approve one call. */
export interface ApprovalContext {
  readonly approvals: Approvals;
  readonly caller: string;
  readonly audit: Audit;
  /** true: the client can ask its person a question. */
  readonly canAsk: boolean;
  /** true: the client can open a page for its person. */
  readonly canOpen: boolean;
  /** true: a client of the 2025 protocols. */
  readonly isSessional: boolean;
  /** The state that came with the person's answer. */
  readonly requestState: string | undefined;
  readonly answers: Readonly<Record<string, unknown>> | undefined;
  /** A token of `preview_run_action`. */
  readonly confirmationToken: string | undefined;
}

/** false: nobody is asked and no token is checked, so the facts of the question need not be read. */
export function isAnswerNeeded({ approvals: { mode }, canAsk }: ApprovalContext): boolean {
  return mode === 'require' || (mode === 'auto' && canAsk);
}

export type Decision =
  { readonly approvedBy: ApprovedBy } | { readonly ask: InputRequiredResult } | { readonly failure: Failure };

/** Decides whether a guarded call may go on: yes, no, or only after the person's answer. */
export function decide(request: ApprovalRequest, context: ApprovalContext): Decision {
  const { approvals, canAsk, canOpen, requestState, confirmationToken } = context;
  if (approvals.mode === 'off') return { approvedBy: 'nobody (approval is off)' };
  // The person should not have to agree twice.
  if (approvals.mode === 'auto' && canOpen && request.hasPage === true) return { approvedBy: 'client' };
  if (canAsk)
    return requestState === undefined ? { ask: question(request, context) } : answerOf(request, context);
  if (approvals.mode === 'auto') return { approvedBy: 'client' };
  if (confirmationToken === undefined) return { failure: NOT_APPROVED(request) };
  const outcome = approvals.redeem('token', confirmationToken, request, context.caller);
  return outcome === 'ok' ? { approvedBy: 'confirmation_token' } : { failure: worthless(request, outcome) };
}

function question(request: ApprovalRequest, { approvals, caller }: ApprovalContext): InputRequiredResult {
  return inputRequired({
    inputRequests: {
      [QUESTION]: inputRequired.elicit({
        message: [request.title, ...request.facts].join('\n'),
        requestedSchema: {
          type: 'object',
          properties: { confirm: { type: 'boolean', title: 'Yes, do it', default: false } },
          required: ['confirm'],
        },
      }),
    },
    requestState: approvals.issue('state', request, caller).text,
  });
}

function answerOf(request: ApprovalRequest, context: ApprovalContext): Decision {
  const { approvals, caller, requestState = '', answers } = context;
  const outcome = approvals.redeem('state', requestState, request, caller);
  if (outcome !== 'ok') return { failure: worthless(request, outcome) };
  const answer = answers?.[QUESTION] as { action?: unknown; content?: { confirm?: unknown } } | undefined;
  if (answer?.action === 'accept' && answer.content?.confirm === true) return { approvedBy: 'person' };
  return {
    failure: {
      code: 'approval_declined',
      happened: `the person at the client did not agree to this for ${request.subject}; nothing was done.`,
      next: 'ask the user what they want instead.',
    },
  };
}

const NOT_APPROVED = ({ isPreviewed, subject }: ApprovalRequest): Failure => ({
  code: 'approval_required',
  happened: `this MCP server does this only with approval, and there is none for ${subject}; nothing was done.`,
  next:
    isPreviewed === true
      ? 'call preview_run_action, show the user what it says and let them decide.'
      : 'tell the user what would change: this client cannot ask them, so they have to do it themselves.',
});

/** The reason why a returned approval is not valid. */
export function worthless(
  { subject }: Pick<ApprovalRequest, 'subject'>,
  outcome: 'unknown' | 'expired' | 'used' | 'changed',
): Failure {
  const reasons = {
    unknown: 'it was not made for this call, or before this MCP server was started anew',
    expired: 'it is older than five minutes',
    used: 'it was used already',
    changed: 'the run or its plan has changed since',
  };
  return {
    code: 'approval_required',
    happened: `the approval for ${subject} is not good: ${reasons[outcome]}; nothing was done.`,
    next: 'read the current state, show the user what would change now and ask again.',
  };
}
