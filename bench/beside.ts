/**
 * Compares every cost that users notice with its lower limit: bare terraform, the same statements behind a bare Node
 * server, a Node program that only listens. Both sides take turns in one run: read the ratios.
 */
import { measureProgram } from './support/beside-program.ts';
import { measureRequests } from './support/beside-requests.ts';
import { withDatabase, withPostgres } from './support/postgres.ts';
import { report } from './support/table.ts';

const only = process.argv[2];
const rows: string[][] = [];
async function measure(database: string, databaseUrl: string | undefined): Promise<void> {
  const settings: Record<string, string> = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  const own = [
    ...(only === 'program' ? [] : await measureRequests(databaseUrl)),
    ...(only === 'requests' ? [] : await measureProgram(settings)),
  ];
  for (const row of own) {
    rows.push([database, ...row]);
    process.stdout.write(`${database} | ${row.join(' | ')}\n`);
  }
}
await measure('embedded', undefined);
await withPostgres(
  async (serverUrl) => await withDatabase(serverUrl, async (url) => await measure('PostgreSQL', url)),
);
report(
  only === undefined ? 'beside' : `beside-${only}`,
  [
    'Medians. Bare is, of a run, `terraform init && plan -out && show -json && apply` by hand; of a request, a Node server that asks',
    'the same database the same statements in one transaction, pays one commit and sends the same bytes, in the same process;',
    'of a start, a program of Node that only listens. Rates are of one client and of 32. Processor time is without PostgreSQL.',
  ],
  ['database', 'what', 'Runwright', 'bare', 'compared', ''],
  rows,
);
