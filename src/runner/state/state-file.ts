import { NoState, readStateBytes } from '../../state-files/scan-state.ts';
import { LeftFileTooLarge, readLeftFile } from '../sandbox/left-file.ts';

/** A whole state and the bytes it was read from. */
export interface StateSnapshot {
  bytes: Buffer;
  /** null where the file has none, as an encrypted one may. */
  serial: number | null;
  instanceCount: number;
  /** Each provider that a resource names; undefined where some are unknown. */
  providers: string[] | undefined;
  /** The file uses OpenTofu's state encryption. */
  isEncrypted: boolean;
}

/** Undefined for bytes that are not a whole state, for instance during a write of terraform's. */
export function parseState(bytes: Buffer): StateSnapshot | undefined {
  try {
    const state = readStateBytes(bytes, { detail: false });
    const { serial, instanceCount, providers, isEncrypted, isPartial, version } = state;
    const isWhole = version === 4 && !isEncrypted && !isPartial;
    return { bytes, serial, instanceCount, providers: isWhole ? providers : undefined, isEncrypted };
  } catch (error) {
    if (error instanceof NoState) return undefined;
    throw error;
  }
}

/** The file in the place of a state. */
export type Candidate = { bytes: Buffer; snapshot: StateSnapshot | undefined } | { tooLarge: string };

/** Undefined when there is no such file below `folder`, or it is empty. */
export async function readCandidate(folder: string, file: string): Promise<Candidate | undefined> {
  try {
    const bytes = await readLeftFile(folder, file);
    return bytes && bytes.length > 0 ? { bytes, snapshot: parseState(bytes) } : undefined;
  } catch (error) {
    if (error instanceof LeftFileTooLarge) return { tooLarge: file };
    throw error;
  }
}

/** The state with the highest serial; the first one of equals, and of those without a serial. */
export function pickNewest(snapshots: readonly (StateSnapshot | undefined)[]): StateSnapshot | undefined {
  let newest: StateSnapshot | undefined;
  for (const each of snapshots) {
    if (each === undefined) continue;
    const isNewer =
      newest === undefined || (newest.serial !== null && each.serial !== null && each.serial > newest.serial);
    if (isNewer) newest = each;
  }
  return newest;
}
