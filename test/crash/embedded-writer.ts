/**
 * Writes transactions to the embedded database in the given folder until it is killed. Prints what it found
 * (`found HIGHEST SUM`), then each acknowledged transaction (`acked NUMBER`), or `refused REASON` when it
 * cannot open the folder.
 */
import { sql } from 'kysely';
import { DatabaseProblem } from '../../src/server/database/database-problem.ts';
import { openDatabase } from '../../src/server/database/open.ts';
import { transact } from '../../src/server/database/transact.ts';
import { silentLog } from '../support/silent-log.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function write(homeFolder: string): Promise<never> {
  const { db } = await openDatabase({ homeFolder, logger: silentLog });
  await sql`create table if not exists entry (number int primary key, filler text)`.execute(db);
  await sql`create table if not exists balance (side text primary key, amount int not null)`.execute(db);
  await sql`insert into balance values ('left', 0), ('right', 0) on conflict do nothing`.execute(db);
  const { rows } = await sql<{ highest: number; total: number }>`
    select (select coalesce(max(number), 0) from entry) as highest, sum(amount)::int as total from balance`.execute(
    db,
  );
  say(`found ${rows[0]?.highest} ${rows[0]?.total}`);
  for (let number = (rows[0]?.highest ?? 0) + 1; ; number += 1) {
    await transact(db, async (tx) => {
      await sql`insert into entry values (${number}, ${'x'.repeat(500)})`.execute(tx);
      await sql`update balance set amount = amount + ${number} where side = 'left'`.execute(tx);
      await sql`update balance set amount = amount - ${number} where side = 'right'`.execute(tx);
    });
    say(`acked ${number}`);
    if (number % 50 === 0) await sql`checkpoint`.execute(db);
  }
}

try {
  await write(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof DatabaseProblem)) throw error;
  say(`refused ${error.reason}`);
}
