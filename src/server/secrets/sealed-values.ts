import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts';
import { SEALED_PREFIX, SealedValueProblem, type Sealer } from './sealer.ts';

const BATCH_ROWS = 200;

/** The keys of stored values that `sealer` does not have, with how many values each. */
export async function findMissingKeys(
  db: Kysely<Database>,
  sealer: Sealer,
): Promise<{ keyId: string; count: number }[]> {
  const counts = new Map<string, number>();
  for (const { table, column } of SEALED_COLUMNS) {
    const { rows } = await sql<{ key_id: string; count: number }>`
      select split_part(${sql.ref(column)}, '.', 2) as key_id, count(*) as count
      from ${sql.table(table)} where ${sql.ref(column)} is not null group by 1`.execute(db);
    for (const { key_id: keyId, count } of rows) {
      if (!sealer.hasKey(keyId)) counts.set(keyId, (counts.get(keyId) ?? 0) + count);
    }
  }
  return [...counts].map(([keyId, count]) => ({ keyId, count }));
}

export interface Resealed {
  /** How many values of other keys now have the current key. */
  resealed: number;
  /** The problem of each value that could not be opened; the value stays as it is. */
  problems: string[];
}

/**
 * Seals all values of other keys again with the current key. Each batch is a transaction of its own, and a value can be
 * opened before and after: a killed run is simply repeated.
 */
export async function resealAll(
  db: Kysely<Database>,
  sealer: Sealer,
  onBatch: (resealed: number) => void = () => {},
): Promise<Resealed> {
  const total: Resealed = { resealed: 0, problems: [] };
  for (const entry of SEALED_COLUMNS) {
    for (let after: string | undefined = ''; after !== undefined;) {
      const batch = await resealBatch(db, sealer, entry, after);
      after = batch.lastId;
      total.resealed += batch.resealed;
      total.problems.push(...batch.problems);
      if (batch.resealed > 0) onBatch(total.resealed);
    }
  }
  return total;
}

/** @returns the last row of the batch, for the next one; undefined when there was none */
async function resealBatch(
  db: Kysely<Database>,
  sealer: Sealer,
  { table, column, id }: (typeof SEALED_COLUMNS)[number],
  after: string,
): Promise<Resealed & { lastId: string | undefined }> {
  return await transact(db, async (tx) => {
    const value = sql.ref(column);
    // The rows are locked, so that a change made meanwhile is not overwritten with the old value.
    const { rows } = await sql<{ id: string; value: string }>`
      select ${sql.ref(id)} as id, ${value} as value from ${sql.table(table)}
      where ${sql.ref(id)} > ${after} and ${value} is not null
        and not starts_with(${value}, ${`${SEALED_PREFIX}${sealer.keyId}.`})
      order by ${sql.ref(id)} limit ${BATCH_ROWS} for update`.execute(tx);
    const place = `${table}.${column}` as SealedColumn;
    const problems: string[] = [];
    for (const row of rows) {
      try {
        const sealed = sealer.seal(sealer.open(row.value, place, row.id), place, row.id);
        await sql`update ${sql.table(table)} set ${value} = ${sealed} where ${sql.ref(id)} = ${row.id}`.execute(
          tx,
        );
      } catch (error) {
        if (!(error instanceof SealedValueProblem)) throw error;
        problems.push(error.message);
      }
    }
    return { resealed: rows.length - problems.length, problems, lastId: rows.at(-1)?.id };
  });
}
