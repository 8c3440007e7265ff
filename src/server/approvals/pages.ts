import type { Answer } from '../http/endpoint.ts';
import { markup, page, type Html } from '../login/page.ts';
import { outsideText } from './outside-text.ts';
import { riskLevel } from '@runwright/models';
import type { RiskFacts } from '../plan-risk/document.ts';
import { reasonText } from '../plan-risk/reasons.ts';
import { MAX_COMMENT } from '../runs/actions.ts';
import type { PlanChanges } from './plan-changes.ts';

const problemText = (problem: string | undefined): Html =>
  problem === undefined ? markup`` : markup`<p class="problem" role="alert">${problem}</p>`;

/** Shows nothing of the run: the address alone opens nothing. */
export const signInPage = (id: string, problem?: string): Answer =>
  page(
    problem === undefined ? 200 : 401,
    'An agent asks for your approval',
    markup`${problemText(problem)}
      <p>Sign in to see what would change, and decide. Nothing happens before that.</p>
      <form method="post" action="/app/approvals/${id}">
        <label for="token">Your token</label>
        <input id="token" name="token" type="password" required autocomplete="off" autofocus spellcheck="false" />
        <p class="soft">A token of your user, which may apply runs of the workspace. Not the agent's.</p>
        <button>Show what would change</button>
      </form>`,
  );

export interface ApprovalFacts {
  id: string;
  runId: string;
  organization: string;
  workspace: string;
  message: string;
  isDestroy: boolean;
  requestedBy: string | null;
  comment: string | null;
  /** The signed-in person, who decides. */
  decidedBy: string;
  planDigest: string;
  expiresAt: Date;
  changes: PlanChanges;
  risk: RiskFacts;
}

/**
 * The planned changes, without any value, and the two ways to decide. Each has its own form, so that no key pressed in
 * the reason can apply anything.
 */
export function decisionPage(facts: ApprovalFacts, ticket: string): Answer {
  const { resources, more } = facts.changes;
  const verb = facts.isDestroy ? 'Destroy' : 'Apply';
  const quoted = (text: string | null, label: string): Html =>
    text === null || text === ''
      ? markup``
      : markup`<dt>${label}</dt><dd>&ldquo;${outsideText(text, 300)}&rdquo;</dd>`;
  return page(
    200,
    facts.isDestroy ? 'Destroy everything in this workspace?' : 'Apply these changes?',
    markup`<dl>
        <dt>Workspace</dt><dd>${facts.organization}/${facts.workspace}</dd>
        <dt>Run</dt><dd><code>${facts.runId}</code></dd>
        <dt>Asked for by</dt><dd>an agent of ${facts.requestedBy ?? 'a user who is gone'}</dd>
        ${quoted(facts.message, 'Message')}${quoted(facts.comment, 'Comment')}
        <dt>Plan</dt><dd>fingerprint <code>${facts.planDigest.slice(0, 16)}</code></dd>
      </dl>
      ${countChanges(facts.changes)}
      ${tellRisk(facts.risk)}
      ${listChanges(resources, more)}
      <form method="post" action="/app/approvals/${facts.id}">
        <input type="hidden" name="ticket" value="${ticket}" />
        <button name="decision" value="confirmed">${verb} as ${facts.decidedBy}</button>
        <p class="soft">
          It starts at once, in your name, and carries out exactly this plan. One decision, until ${timeOf(facts.expiresAt)}.
        </p>
      </form>
      <form method="post" action="/app/approvals/${facts.id}">
        <input type="hidden" name="ticket" value="${ticket}" />
        <label for="reason">Or why not?</label>
        <textarea id="reason" name="reason" rows="2" maxlength="${MAX_COMMENT}"></textarea>
        <button class="other" name="decision" value="rejected">Reject: discard the run</button>
        <p class="soft">Nothing is changed. The reason, if you give one, is a comment of the run: the agent can read it.</p>
      </form>`,
  );
}

function tellRisk({ score, findings }: RiskFacts): Html {
  if (score === null) return markup``;
  return markup`<p>Risk: ${score} of 100 (${riskLevel(score)})</p>
    <ul>${findings.map(({ rule, count }) => markup`<li>${reasonText(rule, count)}</li>`)}</ul>`;
}

function countChanges({ counts, actions }: PlanChanges): Html {
  // A replaced resource is destroyed and created: terraform counts it twice, people read that as two resources.
  const parts =
    actions.length > 0
      ? actions.map(({ action, count }) => markup`<span class="${action}">${count} to ${action}</span>`)
      : [
          markup`<span>${counts.destructions} to destroy</span>`,
          markup`<span>${counts.changes} to change</span>`,
          markup`<span>${counts.additions} to create</span>`,
        ];
  return markup`<p class="counts">${parts}</p>`;
}

/** The time in UTC, with its zone: a page without a script does not know the reader's zone. */
function timeOf(date: Date): Html {
  const words = date.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return markup`<time datetime="${date.toISOString()}">${words} UTC</time>`;
}

function listChanges(resources: PlanChanges['resources'], more: number): Html {
  if (resources === null)
    return markup`<p class="soft">The resources cannot be listed here; read the run's plan.</p>`;
  if (resources.length === 0) return markup`<p class="soft">No resource changes.</p>`;
  return markup`<ul class="changes" tabindex="0" aria-label="Resources that would change">
      ${resources.map(({ address, action }) => markup`<li><span class="${action}">${action}</span><code>${address}</code></li>`)}
    </ul>
    ${more === 0 ? undefined : markup`<p class="soft">And ${more} more.</p>`}`;
}

export const donePage = (decision: 'confirmed' | 'rejected', runId: string): Answer =>
  page(
    200,
    decision === 'confirmed' ? 'The run is being applied' : 'The run was discarded',
    markup`<p role="status">Run <code>${runId}</code>: ${
      decision === 'confirmed' ? 'your approval is recorded.' : 'nothing was changed.'
    }</p>
      <p class="soft">${
        decision === 'confirmed'
          ? 'Terraform carries the plan out now; the log of the run says how far it is. The agent sees what comes of it, and can tell you.'
          : 'The next run of the workspace can start. The agent is told that you said no.'
      } You can close this page.</p>`,
  );

export const closedPage = (status: number, problem: string): Answer =>
  page(status, 'Nothing was done', problemText(problem));
