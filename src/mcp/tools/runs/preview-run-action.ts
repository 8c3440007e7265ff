import * as z from 'zod';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { readPlanDigest } from '../../plan/plan-digest.ts';
import { digestFacts } from '../../plan/plan-report.ts';
import { readRun } from '../../runs/read-run.ts';
import { reportFacts } from '../../answer/report.ts';
import { runApproval } from '../../runs/run-approval.ts';
import { statusOf } from '../../runs/run-status.ts';
import { defineTool } from '../../tool/tool.ts';
import { whyImpossible } from './action-possibility.ts';
import { displacedBy } from './displaced-runs.ts';
import { ACTION_RULES, FORCE_EXECUTE } from './run-action-rules.ts';

const RULES = [...ACTION_RULES, FORCE_EXECUTE];
const ACTIONS = ['apply', 'discard', 'cancel', 'force_cancel', 'force_execute'] as const;

export const previewRunAction = defineTool({
  name: 'preview_run_action',
  title: 'Preview run action',
  description:
    'Says what an action on a run would do now and whether it is possible. Where approval is ' +
    'required, it gives the confirmation token that the action takes once the user has agreed.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: toolInput('preview_run_action', { run_id: Ids.run, action: z.enum(ACTIONS) }),
  subject: ({ run_id }) => `run ${run_id}`,
  async handle({ run_id, action }, context) {
    const rule = RULES.find((candidate) => candidate.action === action) ?? FORCE_EXECUTE;
    const document = await readRun(context, run_id);
    const run = document.data;

    const ofDisplaced = action === 'force_execute' ? { displaced: await displacedBy(run_id, context) } : {};
    const reason = await whyImpossible(rule, run, context, ofDisplaced.displaced);
    const isPossible = reason === undefined;
    const digest =
      action === 'apply' && isPossible ? await readPlanDigest({ runId: run_id }, context) : undefined;
    const facts = {
      run_id,
      action,
      allowed: isPossible,
      ...(isPossible ? {} : { reason }),
      status: statusOf(run),
      effect: rule.effect,
      ...(digest === undefined ? {} : digestFacts(digest)),
      ...ofDisplaced,
    };
    const { approvals, caller } = context.approval;
    const headline = `${rule.verb} run ${run_id}: ${isPossible ? 'possible now' : 'not possible now'}.`;
    const tool = `${action}_run`;
    const next = isPossible ? [{ tool, arguments: { run_id }, why: 'when the user wants it' }] : [];
    if (approvals.mode !== 'require' || !rule.isGuarded || !isPossible) {
      return reportFacts(headline, facts, null, { next });
    }
    const request = await runApproval({ tool, verb: rule.verb, ...ofDisplaced }, document, context);
    const { text, expiresAt } = approvals.issue('token', request, caller);
    return reportFacts(
      headline,
      { ...facts, shown_to_the_user: request.facts, confirmation_token: text, expires_at: expiresAt },
      null,
      {
        next,
        warnings: [
          'Show this to the user and let them decide before the token is used. It is good once, for this plan.',
        ],
      },
    );
  },
});
