import { inputRequired, type InputRequiredResult } from '@modelcontextprotocol/server';
import type { ApiError } from '@runwright/client';
import type { ApprovalContext } from './approval.ts';

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

/** Asks the client to bring its person to the page. What comes back says that they went there, not how they decided. */
export function pageQuestion(
  page: ApprovalPage,
  subject: string,
  { isSessional }: ApprovalContext,
): InputRequiredResult {
  const question = {
    message: `A person must approve ${subject} on a page of the server, which shows what would change.`,
    url: page.url,
    // 2025-11-25 tells clients by it when the page has done its work; 2026-07-28 knows it no more.
    ...(isSessional ? { elicitationId: page.id } : {}),
  };
  return inputRequired({
    inputRequests: { [QUESTION]: inputRequired.elicitUrl(question) },
    // It grants nothing, so it needs no seal: the server asks the person itself.
    requestState: `${QUESTION} ${page.id}`,
  });
}

/** What came back to a {@link pageQuestion}; undefined when none was asked. */
export function pageAnswer({
  requestState = '',
  answers,
}: ApprovalContext): { readonly id: string; readonly wasOpened: boolean } | undefined {
  const id = new RegExp(`^${QUESTION} (${ID})$`).exec(requestState)?.[1];
  if (id === undefined) return undefined;
  const answer = answers?.[QUESTION] as { action?: unknown } | undefined;
  return { id, wasOpened: answer?.action === 'accept' };
}
