/** The current state, by which the next one is judged (api-contract §5.7). */

export interface CurrentState {
  serial: number;
  lineage: string;
  /** Hexadecimal, of the file's bytes. */
  md5: string;
}

export interface OfferedState {
  serial: number;
  /** null: the client did not send one. */
  lineage: string | null;
  md5: string;
  force: boolean;
}

export type StateVerdict =
  'first' | 'newer' | 'same' | 'forced' | 'older-serial' | 'same-serial-other-content' | 'other-lineage';

/**
 * The serial goes up, the lineage stays; the same serial may come again with the same bytes, because a client repeats a
 * request after a lost answer. `force` accepts any state.
 */
export function judgeState(current: CurrentState | undefined, offered: OfferedState): StateVerdict {
  if (current === undefined) return 'first';
  const conflict = findConflict(current, offered);
  if (conflict !== undefined) return offered.force ? 'forced' : conflict;
  return offered.serial === current.serial ? 'same' : 'newer';
}

function findConflict(current: CurrentState, offered: OfferedState): StateVerdict | undefined {
  const lineagesKnown = current.lineage !== '' && offered.lineage !== null && offered.lineage !== '';
  if (lineagesKnown && offered.lineage !== current.lineage) return 'other-lineage';
  if (offered.serial < current.serial) return 'older-serial';
  if (offered.serial === current.serial && offered.md5 !== current.md5) return 'same-serial-other-content';
  return undefined;
}

/** Why a state may not follow, with the fix; undefined when it may. */
export function explainConflict(
  verdict: StateVerdict,
  current: CurrentState | undefined,
  offered: OfferedState,
): string | undefined {
  const fix =
    'Pull the current state and start from it. To replace it: raise the serial above the current one and keep the ' +
    'lineage, or send "force": true.';
  switch (verdict) {
    case 'first':
    case 'newer':
    case 'same':
    case 'forced':
      return undefined;
    case 'older-serial':
      return `The serial ${offered.serial} is older than ${current?.serial}, that of the current state. ${fix}`;
    case 'same-serial-other-content':
      return `The current state has the serial ${offered.serial} too, with other content. ${fix}`;
    case 'other-lineage':
      return `The lineage "${offered.lineage}" is not "${current?.lineage}", that of the current state. ${fix}`;
  }
}

/** The holder of a workspace: a person, a run, or neither. */
export interface LockFacts {
  userId: string | null;
  runId: string | null;
}

/** Whether the holder of the workspace is the one who writes its state. */
export const holdsLock = (lock: LockFacts, writer: LockFacts): boolean =>
  (lock.userId !== null && lock.userId === writer.userId) ||
  (lock.runId !== null && lock.runId === writer.runId);

/**
 * The listed serial of a version made by an apply. The apply counted up from the serial in the file, which may be less
 * than the serial that its uploading client announced.
 */
export function serialAfterApply(
  current: { serial: number; contentSerial: number | null; sameRun: boolean } | undefined,
  snapshotSerial: number | null,
): number | undefined {
  if (current === undefined) return snapshotSerial ?? 0;
  const step = current.sameRun ? 0 : 1;
  const next = current.serial + step;
  // A file without a serial is the apply's result for the file that it was given.
  if (snapshotSerial === null) return next;
  // One apply may report one serial more than once, each time with more content.
  if (current.contentSerial !== null && snapshotSerial < current.contentSerial + step) return undefined;
  return Math.max(snapshotSerial, next);
}
