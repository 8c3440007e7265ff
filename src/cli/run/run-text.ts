import { isFinalRun, type Run } from '@runwright/client';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';

const GOOD: ReadonlySet<string> = new Set(['applied', 'planned_and_finished']);
const BAD: ReadonlySet<string> = new Set([
  'errored',
  'canceled',
  'force_canceled',
  'discarded',
  'policy_soft_failed',
]);

/** The exit code for a run: one that waits or works is no failure. */
export function exitCodeOf({ attributes }: Run): number {
  return BAD.has(attributes.status) ? EXIT.failed : EXIT.ok;
}

export function statusText({ style }: Terminal, { attributes }: Run): string {
  const { status } = attributes;
  const word = status.replaceAll('_', ' ');
  if (GOOD.has(status)) return style('green', word);
  if (BAD.has(status)) return style('red', word);
  return attributes.actions?.['is-confirmable'] === true
    ? `${style('yellow', word)}, needs approval`
    : style('blue', word);
}

/** The next steps for a person, as commands to copy. */
function nextSteps({ id, attributes }: Run): string[] {
  const { actions, 'plan-only': isPlanOnly } = attributes;
  if (attributes.status === 'errored') return [`runwright run logs ${id}`];
  if (isFinalRun({ id, type: 'runs', attributes })) {
    return isPlanOnly === true ? [`runwright run logs ${id}`] : [];
  }
  if (actions?.['is-confirmable'] === true) {
    return [`runwright run apply ${id}`, `runwright run discard ${id}`];
  }
  return [
    `runwright run watch ${id}`,
    ...(actions?.['is-force-cancelable'] === true ? [`runwright run force-cancel ${id}`] : []),
  ];
}

export function printNextSteps(terminal: Terminal, run: Run): void {
  const steps = nextSteps(run);
  if (steps.length > 0) terminal.print(`Next: ${steps.join('  or  ')}`);
}

/** The kind of the run, unless it is a usual one. */
export function kindText({ attributes }: Run): string {
  const kinds = [
    attributes['plan-only'] === true ? 'plan only' : '',
    attributes['is-destroy'] === true ? 'destroy' : '',
    attributes['refresh-only'] === true ? 'refresh only' : '',
    attributes['save-plan'] === true ? 'saved plan' : '',
    attributes['auto-apply'] === true && attributes['plan-only'] !== true ? 'auto apply' : '',
  ];
  return kinds.filter(Boolean).join(', ');
}

export function messageText({ attributes }: Run): string {
  return printable(attributes.message ?? '').replaceAll('\n', ' ');
}
