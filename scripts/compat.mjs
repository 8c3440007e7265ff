/**
 * Runs terraform's commands against a server (test/terraform-cli), prints which of them work, and updates the table
 * between the markers in docs/compatibility.md.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const document = path.join(root, 'docs', 'compatibility.md');
const START = '<!-- terraform-cli: written by npm run compat -->';
const END = '<!-- terraform-cli: end -->';
const tool = (name) => path.join(root, 'node_modules', '.bin', name);

const folder = mkdtempSync(path.join(tmpdir(), 'runwright-compat-'));
const reportFile = path.join(folder, 'report.json');
const args = [
  'run',
  'test/terraform-cli',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportFile}`,
];
const { status } = spawnSync(tool('vitest'), args, { cwd: root, stdio: ['ignore', 2, 2] });
if (!existsSync(reportFile)) throw new Error('the tests did not run');
const report = JSON.parse(readFileSync(reportFile, 'utf8'));
rmSync(folder, { recursive: true });

const groups = new Map();
for (const { ancestorTitles, title, status: result } of report.testResults.flatMap(
  (file) => file.assertionResults,
)) {
  const group = ancestorTitles.join(': ');
  const word = result === 'passed' ? 'yes' : result === 'failed' ? '**no**' : 'not tried';
  groups.set(group, [...(groups.get(group) ?? []), `| ${title.replaceAll('|', String.raw`\|`)} | ${word} |`]);
}

const { terraform_version: version } = JSON.parse(
  execFileSync('terraform', ['version', '-json'], { encoding: 'utf8' }),
);
const tables = [...groups]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([group, rows]) => `### ${group}\n\n| command | works |\n|---|---|\n${rows.join('\n')}\n`);
const text = `${START}

The real binary, terraform ${version}, with the built-in provider. What each command printed is in
[test/terraform-cli/golden](../test/terraform-cli/golden). The server's log of each was looked through: no request was refused
that terraform did not expect to be.

${tables.join('\n')}
### OpenTofu

Tried with OpenTofu 1.12.6: \`init\`, \`plan\`, \`apply\`, \`output\`, \`state list\` and \`destroy\` through a \`cloud\` block, with the settings that
\`runwright login-config\` prints and runs executed by OpenTofu; \`init\` with a module and a provider of an organization's registry; states and
plans that OpenTofu encrypts. In a \`cloud\` block it was not tried beyond these commands.

${END}`;

const HEADING = '# Compatibility\n\n## The terraform command line\n\n';
const before = existsSync(document) ? readFileSync(document, 'utf8') : `${HEADING}${START}\n${END}\n`;
const [start, end] = [before.indexOf(START), before.indexOf(END)];
const after =
  start === -1 || end === -1
    ? `${before.trimEnd()}\n\n## The terraform command line\n\n${text}\n`
    : before.slice(0, start) + text + before.slice(end + END.length);
writeFileSync(document, after);
execFileSync(tool('prettier'), ['--write', '--log-level', 'warn', document]);
console.log(tables.join('\n'));
process.exitCode = status ?? 1;
