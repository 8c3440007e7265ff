import type { Run } from '@runwright/client';

/** The current actions on a run, by the words of the tools. */
export type RunAction = 'apply' | 'discard' | 'cancel' | 'force_cancel';

const ACTION_FLAGS = {
  apply: { action: 'is-confirmable', permission: 'can-apply' },
  discard: { action: 'is-discardable', permission: 'can-discard' },
  cancel: { action: 'is-cancelable', permission: 'can-cancel' },
  force_cancel: { action: 'is-force-cancelable', permission: 'can-force-cancel' },
} as const;

/** The actions that the run and the caller's permissions allow. A server that sends no permissions grants them all. */
export function possibleActions({ attributes }: Run): RunAction[] {
  return (Object.keys(ACTION_FLAGS) as RunAction[]).filter((name) => {
    const { action, permission } = ACTION_FLAGS[name];
    return attributes.actions?.[action] === true && attributes.permissions?.[permission] !== false;
  });
}
