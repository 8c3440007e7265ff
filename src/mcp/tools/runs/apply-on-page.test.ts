import { createClient } from '@runwright/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApprovals } from '../../safety/approval.ts';
import { pageAnswer, pageQuestion } from '../../safety/approval-page.ts';
import type { AuditLine } from '../../safety/audit.ts';
import { DEFAULT_GATES } from '../../safety/gates.ts';
import { startFakePlatform, type FakePlatform } from '../../testing/fake-platform.ts';
import { fakeRun, IDS, TOKEN } from '../../testing/fake-resources.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { awaitDecision } from './apply-on-page.ts';

const page = {
  id: 'apr-AbCdEfGhIjKlMnOp',
  url: 'https://tfe.example.com/app/approvals/apr-AbCdEfGhIjKlMnOp',
};

let status: string;
let attributes: Record<string, unknown>;
let platform: FakePlatform;
let lines: AuditLine[];
beforeEach(async () => {
  status = 'planned';
  attributes = {};
  lines = [];
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}`]: () => ({ body: { data: fakeRun(status, IDS.run, attributes) } }),
  });
});
afterEach(() => platform.close());

function contextWith(approval: Partial<ToolContext['approval']>): ToolContext {
  return {
    client: createClient({ address: platform.address, token: TOKEN, userAgent: 'test' }),
    signal: undefined,
    gates: DEFAULT_GATES,
    detail: 'concise',
    idCheck: 'strict',
    idempotencyKey: undefined,
    owners: new Map(),
    approval: {
      approvals: createApprovals('auto'),
      caller: 'somebody',
      audit: (line) => lines.push(line),
      canAsk: false,
      canOpen: true,
      isSessional: true,
      requestState: undefined,
      answers: { page: { action: 'accept' } },
      confirmationToken: undefined,
      ...approval,
    },
    reportProgress: async () => await Promise.resolve(),
    tellPageIsDone: async () => await Promise.resolve(),
  };
}

function asked(caller = 'somebody') {
  const context = contextWith({ caller });
  const { requestState } = pageQuestion(page, IDS.run, context.approval);
  return { approvals: context.approval.approvals, requestState };
}

test.each([
  ['has not decided when the time is over', {}],
  ['is told that the run cannot be confirmed just now', { actions: { 'is-confirmable': false } }],
  ['is not told by the server what can be done', { actions: undefined }],
])('a person who %s counts as undecided', async (_, more) => {
  attributes = more;
  const context = contextWith(asked());
  const answer = pageAnswer(IDS.run, context.approval);
  if (answer === undefined || 'failure' in answer) throw new Error('the answer was not taken');
  const outcome = await awaitDecision(IDS.run, answer, context, 1);
  expect(outcome).toMatchObject({ failure: { code: 'approval_required' } });
  expect(lines.map(({ outcome: what, approved_by: who }) => [what, who])).toEqual([
    ['not decided yet', null],
  ]);
  expect(platform.take().some((line) => line.startsWith('POST'))).toBe(false);
});

test('an answer to another process, for another caller or run, or for a second time, counts as none', () => {
  const { approvals, requestState } = asked();
  const taken = (runId: string, approval: Partial<ToolContext['approval']>) =>
    pageAnswer(runId, contextWith({ approvals, requestState, ...approval }).approval);
  const code = { failure: { code: 'approval_required' } };
  expect(taken(IDS.run, { approvals: createApprovals('auto') })).toMatchObject(code);
  expect(taken(IDS.run, { requestState: `page ${page.id} made.up` })).toMatchObject(code);
  expect(taken(IDS.run, { caller: 'somebody else' })).toMatchObject(code);
  expect(taken(IDS.otherRun, {})).toMatchObject(code);
  expect(taken(IDS.run, {})).toMatchObject({ wasOpened: true });
  expect(taken(IDS.run, {})).toMatchObject(code);
});
