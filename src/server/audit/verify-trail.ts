import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { canonicalForm, hashEntry, LATE_MS, NO_HASH, readHead, selectUnsealed } from './chain.ts';

const PAGE = 500;

export interface Head {
  position: number;
  hash: string;
}

export type Verdict =
  | { sound: true; entries: number; unsealed: number; head: Head | null }
  | {
      sound: false;
      /** How many entries, from the first on, are unchanged. */
      entries: number;
      problem: {
        kind: 'changed' | 'removed' | 'inserted' | 'replaced';
        entry: string | null;
        detail: string;
      };
    };

/**
 * Walks the chain from its beginning and computes every hash again.
 *
 * @param known an earlier end of the chain, stored elsewhere: it also reveals that entries were cut off at the end,
 *   or that the whole chain was written again
 */
export async function verifyTrail(db: Kysely<Database>, known?: Head): Promise<Verdict> {
  let previous = { position: 0, hash: NO_HASH, complete_until: new Date(0) };
  const unsound = (
    kind: (Verdict & { sound: false })['problem']['kind'],
    entry: string | null,
    detail: string,
  ) => ({ sound: false, entries: previous.position, problem: { kind, entry, detail } }) as const;
  for (;;) {
    const page = await db
      .selectFrom('audit_seal as s')
      .leftJoin('audit_entry as e', 'e.sequence', 's.sequence')
      .select(['s.position', 's.sequence', 's.hash', 's.complete_until', 'e.id', 'e.created_at'])
      .select(canonicalForm.as('canonical'))
      .where('s.position', '>', previous.position)
      .orderBy('s.position')
      .limit(PAGE)
      .execute();
    for (const seal of page) {
      const expected = previous.position + 1;
      if (seal.position !== expected) {
        return unsound('removed', null, `the chain has no entry ${expected}, but one ${seal.position}`);
      }
      if (seal.id === null || seal.created_at === null) {
        return unsound(
          'removed',
          null,
          `entry ${expected} (sequence ${seal.sequence}) is not there any more`,
        );
      }
      if (hashEntry(previous.hash, expected, seal.complete_until, seal.canonical) !== seal.hash) {
        return unsound('changed', seal.id, `entry ${expected} is not the one that was sealed there`);
      }
      if (isLate(seal.created_at, previous.complete_until)) {
        return unsound(
          'inserted',
          seal.id,
          `entry ${expected} is dated before entries that are older than it`,
        );
      }
      if (known?.position === expected && known.hash !== seal.hash) {
        return unsound('replaced', seal.id, `entry ${expected} has another hash than was noted`);
      }
      previous = seal;
    }
    if (page.length < PAGE) break;
  }
  if (known !== undefined && known.position > previous.position) {
    return unsound('removed', null, `the chain ends before entry ${known.position}, whose hash was noted`);
  }
  const { position, hash, complete_until } = previous;
  const unsealed = await selectUnsealed(db, 0)
    .select(['e.id', 'e.created_at'])
    .orderBy('e.sequence')
    .execute();
  // The chain may have grown meanwhile.
  const head = await readHead(db);
  const late = unsealed.find(({ created_at }) => isLate(created_at, complete_until));
  if (late !== undefined && head?.position === position) {
    return unsound('inserted', late.id, `an entry that is in no chain is dated before others that are`);
  }
  return {
    sound: true,
    entries: position,
    unsealed: unsealed.length,
    head: position === 0 ? null : { position, hash },
  };
}

const isLate = (createdAt: Date, completeUntil: Date): boolean =>
  createdAt.getTime() < completeUntil.getTime() - LATE_MS;
