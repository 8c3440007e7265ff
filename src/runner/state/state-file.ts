import { NoState, readStateBytes } from '../../state-files/scan-state.ts';
import { LeftFileTooLarge, readLeftFile } from '../sandbox/left-file.ts';

/** A whole state and the bytes it was read from. */
export interface StateSnapshot {
  bytes: Buffer;
  /** null where the file does not say, as an encrypted one may. */
  serial: number | null;
  instanceCount: number;
  /** Each provider that a resource names; undefined where not all of them are known. */
  providers: string[] | undefined;
  /** OpenTofu's state encryption. */
  isEncrypted: boolean;
}

/** Undefined for bytes that are no whole state, as one that terraform is just writing. */
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

/** What is in the place of a state. */
export type Candidate = { bytes: Buffer; snapshot: StateSnapshot | undefined } | { tooLarge: string };

/** Undefined when there is no such file below `folder`, or nothing in it. */
export async function readCandidate(folder: string, file: string): Promise<Candidate | undefined> {
  try {
    const bytes = await readLeftFile(folder, file);
    return bytes && bytes.length > 0 ? { bytes, snapshot: parseState(bytes) } : undefined;
  } catch (error) {
    if (error instanceof LeftFileTooLarge) return { tooLarge: file };
    throw error;
  }
}

/** The one with the highest serial; the first of equals, and of those that cannot be compared. */
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
