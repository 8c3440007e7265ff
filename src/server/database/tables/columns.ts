import type { ColumnType } from 'kysely';

/** jsonb: read parsed, written as JSON text. */
export type Json<T> = ColumnType<T, string, string>;
export type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;
export type Timestamp = ColumnType<Date, Date | undefined, Date>;
