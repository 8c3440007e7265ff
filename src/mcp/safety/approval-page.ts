import { inputRequired, type InputRequiredResult } from '@modelcontextprotocol/server';
import type { ApiError } from '@runwright/client';
import type { Failure } from '../answer/failure.ts';
import { worthless, type ApprovalContext, type BoundRequest } from './approval.ts';

/** A page of the server on which a person decides, where the server requires it (mcp §3.3, elicitation in URL mode). */
export interface ApprovalPage {
  readonly id: string;
  readonly url: string;
}

/** The name of the question in the client's answers. */
const QUESTION = 'page';
const ID = 'apr-[a-zA-Z0-9]{16}';

/** The page in a refusal; undefined for a refusal with another reason. */
export function approvalPageOf(error: ApiError): ApprovalPage | undefined {
  const url = error.status === 403 ? error.errors[0]?.about : undefined;
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return undefined;
  const id = new RegExp(`/approvals/(${ID})$`).exec(url)?.[1];
  return id === undefined ? undefined : { id, url };
}

/** The part of the request that the answer is bound to. */
const requestFor = (runId: string, pageId: string): BoundRequest => ({
  tool: 'apply_run',
  subject: `run ${runId}`,
  boundTo: { run: runId, page: pageId },
});

/** Asks the client to bring its person to the page. The answer says that they went there, not what they decided. */
export function pageQuestion(
  page: ApprovalPage,
  runId: string,
  { approvals, caller, isSessional }: ApprovalContext,
): InputRequiredResult {
  const question = {
    message: `A person must approve the apply of run ${runId} on a page of the server, which shows what would change.`,
    url: page.url,
    // In 2025-11-25 it identifies the page when the server reports its end; 2026-07-28 no longer has it.
    ...(isSessional ? { elicitationId: page.id } : {}),
  };
  const sealed = approvals.issue('page', requestFor(runId, page.id), caller).text;
  return inputRequired({
    inputRequests: { [QUESTION]: inputRequired.elicitUrl(question) },
    requestState: `${QUESTION} ${page.id} ${sealed}`,
  });
}

export interface PageAnswer {
  readonly request: BoundRequest;
  readonly pageId: string;
  readonly wasOpened: boolean;
}

/**
 * The client's answer to a {@link pageQuestion}; undefined when none was asked. It permits nothing, since the server
 * asks the person itself, but it goes into the audit: so its seal is checked.
 */
export function pageAnswer(
  runId: string,
  { approvals, caller, requestState = '', answers }: ApprovalContext,
): PageAnswer | { readonly failure: Failure } | undefined {
  const [, pageId, sealed = ''] = new RegExp(`^${QUESTION} (${ID}) (\\S+)$`).exec(requestState) ?? [];
  if (pageId === undefined) return undefined;
  const request = requestFor(runId, pageId);
  const outcome = approvals.redeem('page', sealed, request, caller);
  if (outcome !== 'ok') return { failure: worthless(request, outcome) };
  const answer = answers?.[QUESTION] as { action?: unknown } | undefined;
  return { request, pageId, wasOpened: answer?.action === 'accept' };
}
