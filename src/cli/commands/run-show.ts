import { includedOf, relatedId, type Client, type Document, type Run } from '@runwright/client';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { readRunId } from '../references.ts';
import { kindText, messageText, printNextSteps, statusText } from '../run/run-text.ts';
import { waitLines } from '../run/wait-text.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface ShowRunFlags extends ConnectionFlags {
  readonly json?: true;
}

export async function showRun(reference: string, flags: ShowRunFlags, terminal: Terminal): Promise<number> {
  const runId = readRunId(reference);
  const { client } = await connect(flags, terminal.env);
  const document = await client.runs.read(runId, { include: ['plan'] });
  if (flags.json === true) {
    terminal.print(JSON.stringify(document.data, null, 2));
    return EXIT.ok;
  }
  const risk = await riskLines(client, document);
  const waits = (await waitLines(client, document.data)).map((text): [string, string] => ['waits', text]);
  for (const [name, value] of [...rows(document, terminal), ...waits, ...risk]) {
    if (value !== '') terminal.print(`${terminal.style('dim', name.padEnd(10))} ${value}`);
  }
  printNextSteps(terminal, document.data);
  return EXIT.ok;
}

function rows(document: Document<Run>, terminal: Terminal): [string, string][] {
  const run = document.data;
  const { attributes } = run;
  return [
    ['run', run.id],
    ['status', statusText(terminal, run)],
    ['kind', kindText(run)],
    ['message', messageText(run)],
    ['created', attributes['created-at'] ?? ''],
    ['source', attributes.source ?? ''],
    ['terraform', attributes['terraform-version'] ?? ''],
    ['plan', planText(document)],
    ['workspace', relatedId(run, 'workspace') ?? ''],
  ];
}

/** The reasons of the plan's score; a server without a score is not asked for them. */
async function riskLines(client: Client, document: Document<Run>): Promise<[string, string][]> {
  if (typeof includedOf(document, 'plan')?.attributes['risk-score'] !== 'number') return [];
  const { score, level, reasons } = (await client.riskSummaries.ofRun(document.data.id)).attributes;
  return [
    ['risk', `${String(score)} of 100, ${level ?? ''}`],
    ...reasons.map(({ text }): [string, string] => ['', printable(text)]),
  ];
}

function planText(document: Document<Run>): string {
  const counts = includedOf(document, 'plan')?.attributes;
  if (typeof counts?.['resource-additions'] !== 'number') return '';
  const { 'resource-additions': add, 'resource-changes': change, 'resource-destructions': destroy } = counts;
  return `${String(add)} to add, ${String(change)} to change, ${String(destroy)} to destroy`;
}
