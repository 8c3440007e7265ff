import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A write, in the syntax of the query builder or of SQL. */
const WRITE =
  /(?:\b(?:insertInto|updateTable|deleteFrom)\(\s*'|\b(?:insert into|update|delete from) )([a-z_]+)\b/g;

/** The names of the tables in the types of the schema. */
export function readTables(server: string): Set<string> {
  const schema = readFileSync(path.join(server, 'database', 'schema.ts'), 'utf8');
  const [, body = ''] = /export interface Database \{\n([\s\S]*?)\n\}/.exec(schema) ?? [];
  return new Set([...body.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name));
}

/** The rooms of the server that write each table. Migrations are left out, since they write all tables. */
export function readTableWriters(server: string, tables: ReadonlySet<string>): Record<string, string> {
  const writers = new Map<string, Set<string>>();
  const names = readdirSync(server, { recursive: true, encoding: 'utf8' });
  for (const name of names) {
    const isProgram = name.endsWith('.ts') && !name.endsWith('.test.ts');
    if (!isProgram || name.startsWith(path.join('database', 'migrations'))) continue;
    const [room = ''] = name.split(path.sep);
    for (const [, table = ''] of readFileSync(path.join(server, name), 'utf8').matchAll(WRITE)) {
      if (tables.has(table)) writers.set(table, (writers.get(table) ?? new Set()).add(room));
    }
  }
  return Object.fromEntries([...writers].map(([table, rooms]) => [table, [...rooms].toSorted().join(' ')]));
}
