/**
 * `npm test` runs this after the tests: docs/compatibility.md calls an endpoint served, so a test must have received
 * a success from it. The argument is a file with one line such as `GET /api/v2/runs/:id` for each success.
 */
import { readFileSync } from 'node:fs';
import { endpointTable } from './endpoint-table.ts';

const answered = new Set(readFileSync(process.argv[2] ?? '', 'utf8').split('\n'));
const missing = endpointTable()
  .flatMap(({ endpoints }) => endpoints)
  // Endpoints that can only refuse never succeed.
  .filter(({ answers }) => Object.keys(answers).some((status) => Number(status) < 400))
  .map(({ method, url }) => `${method} ${url}`)
  .filter((endpoint) => !answered.has(endpoint));
for (const endpoint of missing) console.log(`no test was answered with success by ${endpoint}`);
if (missing.length > 0) process.exitCode = 1;
