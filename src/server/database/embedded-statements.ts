/**
 * Statements that the embedded database remembers. PGlite by itself has PostgreSQL parse and plan each query again, in
 * six steps across the border to WebAssembly; a remembered one takes a single step and about an eighth of the time.
 */
import { protocol, types, type PGlite } from '@electric-sql/pglite';
import type { StatementResult } from './embedded-protocol.ts';

const { serialize, messages } = protocol;

interface Statement {
  name: string;
  fields: readonly { name: string; dataTypeID: number }[];
}

export interface EmbeddedStatements {
  /** @param parameters as PostgreSQL's text */
  run(sql: string, parameters: readonly (string | null)[]): Promise<StatementResult>;
  /** Several statements without parameters, none of which is remembered. */
  runScript(sql: string): Promise<StatementResult[]>;
}

/** The server has fewer frequent statements than this. Each takes some forty kilobytes: ten megabytes at most. */
const CAPACITY = 250;

/** Commands that change no table's columns. After any other, the remembered results may have another shape. */
const KEEPS_SCHEMA = new Set([
  ...['BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'SET', 'SHOW', 'LISTEN', 'NOTIFY'],
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'VACUUM', 'ANALYZE', 'CHECKPOINT'],
]);

export function createEmbeddedStatements(database: PGlite, capacity = CAPACITY): EmbeddedStatements {
  /** Statements by their text; the one used last is the last. */
  const known = new Map<string, Statement>();
  let madeCount = 0;
  let hasUncommittedSchema = false;

  async function send(...parts: Uint8Array[]) {
    return await database.execProtocolStream(Buffer.concat([...parts, serialize.sync()]));
  }

  async function prepare(sql: string): Promise<Statement> {
    madeCount += 1;
    const name = `s${madeCount}`;
    const answer = await send(serialize.parse({ name, text: sql }), serialize.describe({ type: 'S', name }));
    const described = answer.find((message) => message instanceof messages.RowDescriptionMessage);
    const statement = { name, fields: described?.fields ?? [] };
    known.set(sql, statement);
    const [oldest] = known;
    if (known.size > capacity && oldest !== undefined) await forget(oldest[0], oldest[1]);
    return statement;
  }

  async function forget(sql: string, { name }: Statement): Promise<void> {
    known.delete(sql);
    await send(serialize.close({ type: 'S', name }));
  }

  async function find(sql: string): Promise<Statement> {
    const statement = known.get(sql);
    if (statement === undefined) return await prepare(sql);
    known.delete(sql);
    known.set(sql, statement);
    return statement;
  }

  return {
    async run(sql, parameters) {
      return await database.runExclusive(async () => {
        const { name, fields } = await find(sql);
        const answer = await send(
          serialize.bind({ statement: name, values: [...parameters] }),
          serialize.execute({}),
        );
        const rows: StatementResult['rows'] = [];
        let tag = '';
        for (const message of answer) {
          if (message instanceof messages.DataRowMessage) {
            const values = fields.map((field, index): [string, unknown] => [
              field.name,
              types.parseType(message.fields[index] ?? null, field.dataTypeID, database.parsers),
            ]);
            rows.push(Object.fromEntries(values));
          } else if (message instanceof messages.CommandCompleteMessage) tag = message.text;
        }
        const words = tag.split(' ');
        return { command: words[0] ?? '', rowCount: Number(/\d+$/.exec(tag)?.[0] ?? 0), rows };
      });
    },

    async runScript(sql) {
      const results = await database.exec(sql);
      const commands = results.map(({ command }) => command ?? '');
      if (commands.some((command) => !KEEPS_SCHEMA.has(command))) hasUncommittedSchema = true;
      if (hasUncommittedSchema) for (const [text, statement] of known) await forget(text, statement);
      // A rollback takes the schema change back, so statements remembered since the change go as well.
      if (!database.isInTransaction()) hasUncommittedSchema = false;
      return results.map(({ command, rowCount, rows }) => ({
        command: command ?? '',
        rowCount: rowCount ?? 0,
        rows: rows as StatementResult['rows'],
      }));
    },
  };
}
