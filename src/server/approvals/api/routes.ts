import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { authenticateSecret, originOf } from '../../access/authenticate.ts';
import type { Caller } from '../../access/caller.ts';
import type { Person } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { bytes } from '../../http/answers.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { Refusal } from '../../http/refusal.ts';
import { isOwnForm } from '../../login/own-form.ts';
import { readPlanRisk } from '../../plan-risk/read.ts';
import { MAX_COMMENT, readRunToApply } from '../../runs/actions.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { closedPage, decisionPage, donePage, signInPage } from '../pages.ts';
import { readPlanChanges } from '../plan-changes.ts';
import { decideApproval, findApproval, type Approval } from '../service.ts';
import { readUsers } from '../../access/users.ts';

const HtmlPage = bytes('text/html');
const Form = z.record(z.string(), z.string()).nullish();
const TICKET = 'run_approval.ticket' as const;
const TICKET_MS = 15 * 60_000;
const GONE = 'There is no such request, or it was decided already.';
const WRONG_TOKEN = 'This is not the token of a user who may apply this run. Paste another one.';

/**
 * The page of an approval. It has no session and no cookie, so no other page can make a browser decide: the decision is
 * made with a ticket, on the page, that only this server can read.
 */
export function approvalEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, sealer } = platform;

  const signIn = async (secret: string, raw: FastifyRequest): Promise<Person | undefined> => {
    try {
      const caller = await authenticateSecret(platform, secret, originOf(raw), 'account');
      return caller.kind === 'user' ? caller : undefined;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };

  const openTicket = (ticket: string, id: string): string | undefined => {
    try {
      const { token, untilMs } = JSON.parse(sealer.open(ticket, TICKET, id)) as {
        token: string;
        untilMs: number;
      };
      return untilMs > Date.now() ? token : undefined;
    } catch {
      return undefined;
    }
  };

  const show = async (approval: Approval, person: Person, token: string): Promise<Answer> => {
    const run = await readRunToApply(platform, person, approval.run_id);
    const workspace = await readWorkspace(platform, person, run.workspace_id, 'read');
    const names = await readUsers(db, [person.userId, approval.requested_by ?? person.userId]);
    const nameOf = (id: string | null) => names.find((user) => user.id === id)?.username;
    const ticket = sealer.seal(
      JSON.stringify({ token, untilMs: Date.now() + TICKET_MS }),
      TICKET,
      approval.id,
    );
    return decisionPage(
      {
        id: approval.id,
        runId: run.id,
        organization: workspace.organization_name,
        workspace: workspace.name,
        message: run.message,
        isDestroy: run.is_destroy,
        requestedBy: nameOf(approval.requested_by) ?? null,
        decidedBy: nameOf(person.userId) ?? 'me',
        planDigest: approval.plan_digest,
        comment: approval.comment,
        expiresAt: approval.expires_at,
        changes: await readPlanChanges(platform, run.id),
        risk: await readPlanRisk(db, run.id),
      },
      ticket,
    );
  };

  const decide = async (
    approval: Approval,
    person: Person,
    decision: 'confirmed' | 'rejected',
    reason: string,
  ): Promise<Answer> => {
    if (reason.length > MAX_COMMENT) {
      return closedPage(
        400,
        `The reason may have at most ${MAX_COMMENT} characters. Go back and shorten it.`,
      );
    }
    try {
      await decideApproval(platform, person, approval, decision, reason === '' ? undefined : reason);
      return donePage(decision, approval.run_id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'not_found') return signInPage(approval.id, WRONG_TOKEN);
      return closedPage(409, error.message);
    }
  };

  return [
    endpoint({
      method: 'GET',
      url: '/app/approvals/:id',
      summary: 'The page on which a person decides about an apply that an agent asks for',
      access: 'anyone',
      params: IdParams,
      answers: { 200: HtmlPage, 401: HtmlPage },
      handle: async ({ params }) => signInPage(params.id),
    }),
    endpoint({
      method: 'POST',
      url: '/app/approvals/:id',
      summary: 'Sign in, then confirm or reject',
      access: 'anyone',
      params: IdParams,
      answers: { 200: HtmlPage, 400: HtmlPage, 401: HtmlPage, 409: HtmlPage },
      body: Form,
      form: true,
      handle: async ({ params, body, raw }) => {
        if (!isOwnForm(platform, raw)) return closedPage(400, 'The form came from another site.');
        const { ticket, decision } = body ?? {};
        const token = ticket === undefined ? (body?.['token'] ?? '').trim() : openTicket(ticket, params.id);
        const person = token === undefined ? undefined : await signIn(token, raw);
        if (token === undefined || person === undefined) return signInPage(params.id, WRONG_TOKEN);
        const approval = await findApproval(platform, params.id);
        if (approval === undefined || approval.decision !== null || approval.expires_at <= new Date()) {
          return closedPage(409, GONE);
        }
        if (approval.requested_with === person.tokenId) {
          return signInPage(params.id, 'This is the token of the agent that asks; use one of your own.');
        }
        // A decision needs the ticket: nobody decides about a page that they were not shown.
        if (ticket !== undefined && (decision === 'confirmed' || decision === 'rejected')) {
          return await decide(approval, person, decision, (body?.['reason'] ?? '').trim());
        }
        try {
          return await show(approval, person, token);
        } catch (error) {
          if (error instanceof Refusal) return signInPage(params.id, WRONG_TOKEN);
          throw error;
        }
      },
    }),
  ];
}
