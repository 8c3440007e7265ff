import type { RunView } from './run-view.ts';

export type RunAction = 'apply' | 'approve' | 'discard' | 'cancel' | 'force-cancel' | 'force-execute';

const CLI: Readonly<Record<RunAction, string | undefined>> = {
  apply: 'apply',
  approve: 'approve',
  discard: 'discard',
  cancel: 'cancel',
  'force-cancel': 'force-cancel',
  'force-execute': undefined,
};
const TOOL: Readonly<Record<RunAction, string | undefined>> = {
  apply: 'apply_run',
  // Only a person approves, not an agent.
  approve: undefined,
  discard: 'discard_run',
  cancel: 'cancel_run',
  'force-cancel': 'force_cancel_run',
  'force-execute': 'force_execute_run',
};

/** The same action for a terminal, a script and an agent. */
export function copiesOf(
  action: RunAction,
  { run }: RunView,
): { cli: string | undefined; curl: string; mcp: string | undefined } {
  const cli = CLI[action];
  const tool = TOOL[action];
  return {
    cli: cli === undefined ? undefined : `runwright run ${cli} ${run.id}`,
    curl: [
      `curl --fail-with-body -X POST ${location.origin}/api/v2/runs/${run.id}/actions/${action}`,
      `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/vnd.api+json' -d '{}'`,
    ].join(' \\\n  '),
    mcp: tool === undefined ? undefined : JSON.stringify({ name: tool, arguments: { run_id: run.id } }),
  };
}
