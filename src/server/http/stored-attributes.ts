import type { z } from 'zod';

/** An attribute that is stored in a column: its name in the API is its key in a table of these. */
export interface StoredAttribute<Column extends string, In extends z.ZodType, Out extends z.ZodType, Kept> {
  readonly column: Column;
  /** The schema of the input. */
  readonly input: In;
  /** The schema of the output. */
  readonly output: Out;
  /** The column's value for an input; undefined leaves the column as it is. */
  readonly keep: (given: Given<In>) => Kept;
}

type Given<In extends z.ZodType> = Exclude<z.output<In>, undefined>;
type Table = Readonly<Record<string, StoredAttribute<string, z.ZodType, z.ZodType, unknown>>>;

/**
 * Makes the entries of a table of attributes over the columns of `Row`. The compiler refuses a missing column, and one
 * whose values the output does not describe.
 */
export function storedIn<Row>() {
  type Fitting<Column extends keyof Row, Out extends z.ZodType> =
    Row[Column] extends z.output<Out> ? unknown : never;
  function stored<Column extends keyof Row & string, In extends z.ZodType, Out extends z.ZodType>(
    column: Column,
    input: In,
    output: Out & Fitting<Column, Out>,
  ): StoredAttribute<Column, In, Out, Given<In>>;
  function stored<Column extends keyof Row & string, In extends z.ZodType, Out extends z.ZodType, Kept>(
    column: Column,
    input: In,
    output: Out & Fitting<Column, Out>,
    keep: (given: Given<In>) => Kept,
  ): StoredAttribute<Column, In, Out, Kept>;
  function stored(column: string, input: z.ZodType, output: z.ZodType, keep = (given: unknown) => given) {
    return { column, input, output, keep };
  }
  return stored;
}

const mapped = <T extends object, Value>(table: T, value: (entry: T[keyof T], name: string) => Value) =>
  Object.fromEntries(
    Object.entries(table).map(([name, entry]: [string, T[keyof T]]) => [name, value(entry, name)]),
  );

/** The schemas of the inputs, by name. */
export const inputsOf = <T extends Readonly<Record<string, { readonly input: z.ZodType }>>>(table: T) =>
  mapped(table, ({ input }) => input) as { [Name in keyof T]: T[Name]['input'] };

/** The schemas of the outputs, by name. */
export const outputsOf = <T extends Readonly<Record<string, { readonly output: z.ZodType }>>>(table: T) =>
  mapped(table, ({ output }) => output) as { [Name in keyof T]: T[Name]['output'] };

/** The columns that the given attributes set; attributes that are not given leave theirs as they are. */
export function columnsFrom<T extends Table>(
  table: T,
  attributes: { readonly [Name in keyof T]?: unknown },
): { [Name in keyof T as T[Name]['column']]?: ReturnType<T[Name]['keep']> } {
  const columns = Object.entries(table).flatMap(([name, { column, keep }]) => {
    const given = attributes[name];
    const kept = given === undefined ? undefined : keep(given);
    return kept === undefined ? [] : [[column, kept] as const];
  });
  return Object.fromEntries(columns) as ReturnType<typeof columnsFrom<T>>;
}

/** The attributes of a document, from their columns. */
export function attributesFrom<T extends Table>(
  table: T,
  row: { readonly [Name in keyof T as T[Name]['column']]: unknown },
): { [Name in keyof T]: z.output<T[Name]['output']> } {
  const values = row as Readonly<Record<string, unknown>>;
  return mapped(table, (entry) => values[entry.column]) as ReturnType<typeof attributesFrom<T>>;
}
