/**
 * `npm test` runs this when the tests have run: docs/compatibility.md calls an endpoint served, so a test must have been
 * answered with success by it. The argument is a file of lines like `GET /api/v2/runs/:id`, one for each that was.
 */
import { readFileSync } from 'node:fs';
import { endpointTable } from './endpoint-table.ts';

const answered = new Set(readFileSync(process.argv[2] ?? '', 'utf8').split('\n'));
const missing = endpointTable()
  .flatMap(({ endpoints }) => endpoints)
  // Those that can only refuse are there to say why.
  .filter(({ answers }) => Object.keys(answers).some((status) => Number(status) < 400))
  .map(({ method, url }) => `${method} ${url}`)
  .filter((endpoint) => !answered.has(endpoint));
for (const endpoint of missing) console.log(`no test was answered with success by ${endpoint}`);
if (missing.length > 0) process.exitCode = 1;
