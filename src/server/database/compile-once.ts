import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Database } from './schema.ts';

/**
 * A statement of many requests. Its text is made at the first call and kept: making it anew takes about as long as
 * sending it.
 *
 * @param build makes the statement. It is called once, with a mark in place of each value, so it must only compare
 *   with its values and never look at them
 * @returns sends the statement with values of this call
 */
export function compileOnce<Values extends readonly unknown[], Row>(
  build: (db: Kysely<Database>, ...values: Values) => Compilable<Row>,
): (db: Kysely<Database>, ...values: Values) => Promise<Row[]> {
  let kept: { compiled: CompiledQuery<Row>; places: readonly number[] } | undefined;
  return async (db, ...values) => {
    kept ??= compile(db, build, values.length);
    const { compiled, places } = kept;
    const parameters = compiled.parameters.map((constant, index) => {
      const place = places[index] ?? -1;
      return place === -1 ? constant : values[place];
    });
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}

function compile<Values extends readonly unknown[], Row>(
  db: Kysely<Database>,
  build: (db: Kysely<Database>, ...values: Values) => Compilable<Row>,
  count: number,
): { compiled: CompiledQuery<Row>; places: readonly number[] } {
  const marks: unknown[] = Array.from({ length: count }, () => ({}));
  const compiled = build(db, ...(marks as unknown as Values)).compile();
  return { compiled, places: compiled.parameters.map((parameter) => marks.indexOf(parameter)) };
}
