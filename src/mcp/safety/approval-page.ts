import { inputRequired, type InputRequiredResult } from '@modelcontextprotocol/server';
import type { ApiError } from '@runwright/client';
import type { Failure } from '../answer/failure.ts';
import { worthless, type ApprovalContext, type BoundRequest } from './approval.ts';

/** A page of the server on which a person decides, where the server wants that (mcp §3.3, elicitation in URL mode). */
export interface ApprovalPage {
  readonly id: string;
  readonly url: string;
}

/** The name of the question in the answers that come back. */
const QUESTION = 'page';
const ID = 'apr-[a-zA-Z0-9]{16}';

/** The page that a refusal names; undefined when it was refused for another reason. */
export function approvalPageOf(error: ApiError): ApprovalPage | undefined {
  const url = error.status === 403 ? error.errors[0]?.about : undefined;
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return undefined;
  const id = new RegExp(`/approvals/(${ID})$`).exec(url)?.[1];
  return id === undefined ? undefined : { id, url };
}

/** What the answer to the question is bound to. */
const requestFor = (runId: string, pageId: string): BoundRequest => ({
  tool: 'apply_run',
  subject: `run ${runId}`,
  boundTo: { run: runId, page: pageId },
});

/** Asks the client to bring its person to the page. What comes back says that they went there, not how they decided. */
export function pageQuestion(
  page: ApprovalPage,
  runId: string,
  { approvals, caller, isSessional }: ApprovalContext,
): InputRequiredResult {
  const question = {
    message: `A person must approve the apply of run ${runId} on a page of the server, which shows what would change.`,
    url: page.url,
    // 2025-11-25 tells clients by it when the page has done its work; 2026-07-28 knows it no more.
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
 * What came back to a {@link pageQuestion}; undefined when none was asked. It lets nothing happen, for the server asks the
 * person itself, but the audit tells of it: so it is held against its seal.
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
