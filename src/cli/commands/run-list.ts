import type { Run } from '@runwright/client';
import {
  OPERATION_WORDS,
  parseWordList,
  SOURCE_WORDS,
  STATUS_GROUP_WORDS,
  STATUS_WORDS,
  type WordVocabulary,
} from '@runwright/models';
import { usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { findWorkspace } from '../references.ts';
import { kindText, messageText, statusText } from '../run/run-text.ts';
import type { Terminal } from '../terminal.ts';

export interface ListRunsFlags extends ConnectionFlags {
  readonly operation?: string;
  readonly status?: string;
  readonly statusGroup?: string;
  readonly source?: string;
  readonly search?: string;
  readonly user?: string;
  readonly timeframe?: string;
  readonly mine?: true;
  readonly needsConfirmation?: true;
  readonly limit: string;
  readonly json?: true;
}

export async function listRuns(reference: string, flags: ListRunsFlags, terminal: Terminal): Promise<number> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1) throw usageError('--limit must be a whole number from 1');
  const query = {
    operation: readWords('--operation', flags.operation, OPERATION_WORDS),
    status: readWords('--status', flags.status, STATUS_WORDS),
    statusGroup: readWords('--status-group', flags.statusGroup, STATUS_GROUP_WORDS),
    source: readWords('--source', flags.source, SOURCE_WORDS),
    ...(flags.search === undefined ? {} : { searchBasic: flags.search }),
    ...(flags.user === undefined ? {} : { searchUser: flags.user }),
    ...(flags.timeframe === undefined ? {} : { timeframe: flags.timeframe }),
    ...(flags.mine === true ? { mine: true } : {}),
    ...(flags.needsConfirmation === true ? { needsConfirmation: true } : {}),
    pageSize: Math.min(limit, 100),
  };
  const { client } = await connect(flags, terminal.env);
  const workspace = await findWorkspace(client, reference);
  const found: Run[] = [];
  for await (const run of client.runs.eachInWorkspace(workspace.id, query)) {
    found.push(run);
    if (found.length === limit) break;
  }
  if (flags.json === true) terminal.print(JSON.stringify(found, null, 2));
  else if (found.length === 0) terminal.print(`No runs. Next: runwright run create ${reference} --dir .`);
  else for (const run of found) terminal.print(describe(run, terminal));
  return EXIT.ok;
}

function describe(run: Run, terminal: Terminal): string {
  const { attributes } = run;
  const created = (attributes['created-at'] ?? '').replace(/\.\d+Z$/, 'Z');
  const parts = [
    run.id,
    created,
    statusText(terminal, run),
    kindText(run),
    terminal.style('dim', messageText(run)),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function readWords(flag: string, text: string | undefined, vocabulary: WordVocabulary<string>): string[] {
  const { words, problem } = parseWordList(text ?? '', vocabulary);
  if (problem !== null) throw usageError(`${flag}: ${problem}`);
  return words;
}
