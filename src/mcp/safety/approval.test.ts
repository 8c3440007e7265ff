import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { fakeRun, IDS, TOKEN, INJECTION } from '../testing/fake-resources.ts';
import { ALL_GATES, connectTools, type CallerOptions, type ToolCaller } from '../testing/tool-caller.ts';
import { createApprovals } from './approval.ts';
import type { AuditLine } from './audit.ts';

let platform: FakePlatform;
let tools: ToolCaller | undefined;
let lines: AuditLine[];
beforeEach(async () => {
  platform = await startFakePlatform();
  lines = [];
});
afterEach(async () => {
  await tools?.close();
  tools = undefined;
  await platform.close();
});

async function connect(options: CallerOptions): Promise<ToolCaller> {
  tools = await connectTools(platform.address, {
    gates: ALL_GATES,
    token: TOKEN,
    audit: (line) => lines.push(line),
    ...options,
  });
  return tools;
}

const APPLY = `POST runs/${IDS.run}/actions/apply`;
const wasApplied = (): boolean => platform.take().some((line) => line.startsWith(APPLY));
const accept = { action: 'accept', content: { confirm: true } };
const outcomes = (): string[] => lines.map(({ outcome }) => outcome);

describe('a client that can ask', () => {
  test('the person sees the counts and the destroyed resources, and agrees', async () => {
    let shown = '';
    const agent = await connect({
      approvals: createApprovals('auto'),
      answer: (message) => {
        shown = message;
        return accept;
      },
    });
    const answer = await agent.call('apply_run', { run_id: IDS.run });
    expect(answer.isError).toBe(false);
    expect(wasApplied()).toBe(true);
    for (const fact of [
      `Apply run ${IDS.run}?`,
      'network',
      'acme',
      'to destroy 2',
      'delete: terraform_data.gone',
      'replace: terraform_data.again',
    ]) {
      expect(shown).toContain(fact);
    }
    // No foreign text is part of the question.
    expect(shown).not.toContain(INJECTION.slice(0, 16));
    expect(outcomes()).toEqual(['asked', 'approved', 'done']);
    expect(lines.at(-1)).toMatchObject({
      tool: 'apply_run',
      subject: `run ${IDS.run}`,
      approved_by: 'person',
      caller: 'local',
    });
  });

  test.each([
    ['says no', { action: 'decline' }],
    ['closes the question', { action: 'cancel' }],
    ['sends it without the mark', { action: 'accept', content: { confirm: false } }],
  ])('nothing happens when the person %s', async (_, reply) => {
    const agent = await connect({ approvals: createApprovals('auto'), answer: () => reply });
    const answer = await agent.call('apply_run', { run_id: IDS.run });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('approval_declined');
    expect(wasApplied()).toBe(false);
    expect(outcomes()).toEqual(['asked', 'declined']);
  });

  test('the person sees the results of policies', async () => {
    const run = fakeRun('planned');
    const checks = { 'policy-checks': { data: [{ type: 'policy-checks', id: 'polchk-AbCdEfGhIjKlMnOp' }] } };
    const checked = { ...run, relationships: { ...run.relationships, ...checks } };
    const check = { id: 'polchk-AbCdEfGhIjKlMnOp', type: 'policy-checks' };
    const failing = await startFakePlatform({
      [`GET runs/${IDS.run}`]: { body: { data: checked } },
      [`GET runs/${IDS.run}/policy-checks`]: {
        body: { data: [{ ...check, attributes: { scope: 'organization', status: 'soft_failed' } }] },
      },
    });
    let shown = '';
    const agent = await connectTools(failing.address, {
      token: TOKEN,
      answer: (message) => {
        shown = message;
        return { action: 'decline' };
      },
    });
    await agent.call('apply_run', { run_id: IDS.run });
    expect(shown).toContain('policies: organization soft_failed');
    await agent.close();
    await failing.close();
  });

  test('a plan that changes while the person thinks is not applied', async () => {
    await platform.close();
    let isDrifted = false;
    platform = await startFakePlatform({
      [`GET runs/${IDS.run}`]: () => ({
        body: {
          data: fakeRun(isDrifted ? 'applying' : 'planned', IDS.run, {
            actions: { 'is-force-cancelable': true },
          }),
          included: [],
        },
      }),
    });
    const agent = await connect({
      approvals: createApprovals('auto'),
      answer: () => {
        isDrifted = true;
        return accept;
      },
    });
    // The run is applied by somebody else meanwhile: the answer says that it is already done.
    const answer = await agent.call('force_cancel_run', { run_id: IDS.run });
    expect(answer.text).toContain('approval_required');
    expect(answer.text).toContain('has changed since');
    expect(platform.take().filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  test('deleting and destroying are asked about too', async () => {
    const asked: string[] = [];
    const agent = await connect({
      approvals: createApprovals('auto'),
      answer: (message) => {
        asked.push(message.split('\n')[0] ?? '');
        return { action: 'decline' };
      },
    });
    await agent.call('delete_workspace', { organization: 'acme', workspace_name: 'network' });
    await agent.call('create_run', { workspace_id: IDS.workspace, params: { is_destroy: true } });
    await agent.call('create_run', { workspace_id: IDS.workspace, params: { auto_apply: true } });
    await agent.call('force_unlock_workspace', { workspace_id: IDS.workspace });
    expect(asked).toHaveLength(4);
    expect(asked[1]).toContain('DESTROYS everything');
    expect(platform.take().filter((line) => !line.startsWith('GET'))).toEqual([]);
  });

  test('plans, discards and cancels are not asked about', async () => {
    const agent = await connect({ approvals: createApprovals('auto'), answer: () => expect.unreachable() });
    await agent.call('create_run', {
      workspace_id: IDS.workspace,
      params: { plan_only: true, is_destroy: true },
    });
    await agent.call('create_run', { workspace_id: IDS.workspace });
    await agent.call('discard_run', { run_id: IDS.run });
    expect(lines).toEqual([]);
  });
});

describe('a client that cannot ask', () => {
  test('auto relies on the prompt of the client, as tools of these names always did', async () => {
    const agent = await connect({ approvals: createApprovals('auto') });
    expect((await agent.call('apply_run', { run_id: IDS.run })).isError).toBe(false);
    expect(lines.at(-1)?.approved_by).toBe('client');
  });

  test('require refuses, and names no way around it', async () => {
    const agent = await connect({ approvals: createApprovals('require') });
    for (const [tool, args] of [
      ['apply_run', { run_id: IDS.run }],
      ['delete_project', { project_id: IDS.project }],
      ['create_run', { workspace_id: IDS.workspace, params: { auto_apply: true } }],
    ] as const) {
      const answer = await agent.call(tool, args);
      expect(answer.text).toContain(`${tool} failed: approval_required`);
      expect(answer.text).not.toContain('confirmation_token');
      expect(answer.text).not.toContain('TFC_APPROVAL');
    }
    expect(platform.take().filter((line) => !line.startsWith('GET'))).toEqual([]);
    expect(outcomes()).toEqual(['refused', 'refused', 'refused']);
  });

  test('require looks up whether the workspace applies by itself', async () => {
    await platform.close();
    platform = await startFakePlatform({
      [`GET workspaces/${IDS.workspace}`]: {
        body: {
          data: {
            id: IDS.workspace,
            type: 'workspaces',
            attributes: { name: 'network', 'auto-apply': true },
          },
        },
      },
    });
    const agent = await connect({ approvals: createApprovals('require') });
    expect((await agent.call('create_run', { workspace_id: IDS.workspace })).text).toContain(
      'approval_required',
    );
    expect(
      (await agent.call('create_run', { workspace_id: IDS.workspace, params: { auto_apply: false } }))
        .isError,
    ).toBe(false);
  });

  test('a token of the preview is good once, for this action, this caller and this plan', async () => {
    const approvals = createApprovals('require');
    const agent = await connect({ approvals, caller: 'ann' });
    const schema = (await agent.client.listTools()).tools.find(
      ({ name }) => name === 'apply_run',
    )?.inputSchema;
    expect(Object.keys(schema?.properties ?? {})).toEqual(['run_id', 'comment', 'confirmation_token']);

    const preview = await agent.call('preview_run_action', { run_id: IDS.run, action: 'apply' });
    const confirmation_token = preview.result?.summary['confirmation_token'];
    const args = { run_id: IDS.run, confirmation_token };

    const other = await connectTools(platform.address, { token: TOKEN, approvals, caller: 'eve' });
    expect((await other.call('apply_run', args)).text).toContain('not made for this call');
    await other.close();
    expect((await agent.call('force_cancel_run', args)).text).toContain('not made for this call');
    expect(
      (await agent.call('apply_run', { ...args, confirmation_token: `${String(confirmation_token)}x` }))
        .isError,
    ).toBe(true);

    platform.take();
    expect((await agent.call('apply_run', args)).isError).toBe(false);
    expect(wasApplied()).toBe(true);
    expect((await agent.call('apply_run', args)).text).toContain('was used already');
    expect(wasApplied()).toBe(false);
  });

  test('a token of another process, or from before a restart, is refused with the reason', async () => {
    const before = await connect({ approvals: createApprovals('require') });
    const preview = await before.call('preview_run_action', { run_id: IDS.run, action: 'apply' });
    const confirmation_token = preview.result?.summary['confirmation_token'];
    expect(confirmation_token).toEqual(expect.any(String));
    await before.close();
    const after = await connect({ approvals: createApprovals('require') });
    const refused = await after.call('apply_run', { run_id: IDS.run, confirmation_token });
    expect(refused.text).toContain('apply_run failed: approval_required');
    expect(refused.text).toContain('before this MCP server was started anew');
    expect(wasApplied()).toBe(false);
  });

  test('a token expires after five minutes', async () => {
    let now = 1_000_000;
    const approvals = createApprovals('require', undefined, () => now);
    const request = { tool: 't', subject: 's', title: '', facts: [], boundTo: { plan: 1 } };
    const { text, expiresAt } = approvals.issue('token', request, 'ann');
    expect(Date.parse(expiresAt) - now).toBe(300_000);
    now += 300_001;
    expect(approvals.redeem('token', text, request, 'ann')).toBe('expired');
    const fresh = approvals.issue('token', request, 'ann').text;
    expect(approvals.redeem('state', fresh, request, 'ann')).toBe('unknown');
    expect(approvals.redeem('token', fresh, { ...request, boundTo: { plan: 2 } }, 'ann')).toBe('changed');
    expect(approvals.redeem('token', fresh, request, 'ann')).toBe('ok');
  });

  test('off asks nobody and still writes an audit line', async () => {
    const agent = await connect({ approvals: createApprovals('off'), answer: () => expect.unreachable() });
    expect((await agent.call('apply_run', { run_id: IDS.run })).isError).toBe(false);
    expect(lines.map(({ approved_by }) => approved_by)).toEqual([
      'nobody (approval is off)',
      'nobody (approval is off)',
    ]);
  });
});
