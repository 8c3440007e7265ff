import { createHash } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Database } from '../database/schema.ts';

/** A transaction lasts shorter than this: an entry that appears later was not written by the platform. */
export const LATE_MS = 10 * 60 * 1_000;

/** The predecessor of the first entry of the chain. */
export const NO_HASH = '0'.repeat(64);

export interface Seal {
  position: number;
  hash: string;
  complete_until: Date;
}

/**
 * All fields of an entry as one text, made by the database so that it does not depend on how a program reads numbers or
 * microseconds. jsonb has one text for one value.
 */
export const canonicalForm: RawBuilder<string> = sql<string>`jsonb_build_array(
  e.id, e.sequence, e.organization_id, e.token_id, e.user_id, e.actor_kind, e.address, e.request_id,
  e.resource_type, e.resource_id, e.action, e.before::text, e.after::text,
  to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))::text`;

/** Covers the entry, its place, and all entries before it. */
export function hashEntry(
  previousHash: string,
  position: number,
  completeUntil: Date,
  canonical: string,
): string {
  const text = `${previousHash}\n${position}\n${completeUntil.toISOString()}\n${canonical}`;
  return createHash('sha256').update(text).digest('hex');
}

/** The end of the chain, or undefined before its first entry. */
export async function readHead(db: Kysely<Database>): Promise<Seal | undefined> {
  return await db
    .selectFrom('audit_seal')
    .select(['position', 'hash', 'complete_until'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Entries that are not in the chain, in the order they were written. */
export function selectUnsealed(db: Kysely<Database>, afterSequence: number) {
  return db
    .selectFrom('audit_entry as e')
    .where('e.sequence', '>', afterSequence)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('audit_seal')
            .select('sequence')
            .whereRef('audit_seal.sequence', '=', 'e.sequence'),
        ),
      ),
    );
}
