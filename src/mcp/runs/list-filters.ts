import type { Run, RunListQuery } from '@runwright/client';
import {
  matchesOperation,
  OPERATION_WORDS,
  parseWordList,
  SOURCE_ALIASES,
  SOURCE_WORDS,
  sourceWord,
  STATUS_GROUP_WORDS,
  STATUS_WORDS,
  statusesInGroup,
  type PlatformRunOperation,
  type PlatformRunStatus,
  type PlatformStatusGroup,
  type RunOperation,
  type RunStatusGroup,
  type WordVocabulary,
} from '@runwright/models';
import { statusOf } from './run-status.ts';

export interface FilterWords {
  readonly operation?: string | undefined;
  readonly status?: string | undefined;
  readonly source?: string | undefined;
  readonly statusGroup?: string | undefined;
}

export interface TranslatedFilters {
  /** Words that every compatible server knows; an empty list is no filter. */
  readonly query: Required<Pick<RunListQuery, 'operation' | 'status' | 'source' | 'statusGroup'>>;
  /** The rest of the filters, checked on each run of the page; undefined when the query covers everything. */
  readonly keep?: (run: Run) => boolean;
  /** true: the filters exclude each other, so no request is needed. */
  readonly isEmpty: boolean;
}

/**
 * Translates filters in the specification's words or the platform's into words that any compatible server knows
 * (mcp §1.6.1). The words are known ones: `RunListRequest` has refused others.
 */
export function translateFilters(filters: FilterWords): TranslatedFilters {
  const operations = translateOperations(wordsOf(filters.operation, OPERATION_WORDS));
  const statuses = translateStatuses(
    wordsOf(filters.status, STATUS_WORDS),
    wordsOf(filters.statusGroup, STATUS_GROUP_WORDS),
  );
  const sources = wordsOf(filters.source, SOURCE_WORDS);
  const checks = [operations.keep, statuses.keep].filter((check) => check !== undefined);
  return {
    query: {
      operation: [...new Set(operations.words)],
      status: statuses.status,
      source: [...new Set(sources.flatMap(sourceSpellings))],
      statusGroup: statuses.group,
    },
    ...(checks.length === 0 ? {} : { keep: (run: Run) => checks.every((check) => check(run)) }),
    isEmpty: statuses.isEmpty,
  };
}

function wordsOf<W extends string>(text: string | undefined, vocabulary: WordVocabulary<W>): readonly W[] {
  return parseWordList(text ?? '', vocabulary).words;
}

type OperationWord = RunOperation | PlatformRunOperation;

/** The platform's words that together hold at least what a word of the specification means (api-contract §3.8). */
const OPERATIONS_HOLDING: Readonly<Record<RunOperation, readonly PlatformRunOperation[]>> = {
  plan: ['plan_only'],
  plan_destroy: ['plan_only'],
  apply: ['plan_and_apply', 'save_plan', 'refresh_only', 'empty_apply'],
  destroy: ['destroy'],
};

function translateOperations(words: readonly OperationWord[]): {
  words: readonly string[];
  keep?: (run: Run) => boolean;
} {
  const platform = words.flatMap((word): readonly string[] =>
    word in OPERATIONS_HOLDING ? OPERATIONS_HOLDING[word as RunOperation] : [word],
  );
  const isExact = words.every((word) => word === 'destroy' || !(word in OPERATIONS_HOLDING));
  if (isExact) return { words: platform };
  return { words: platform, keep: (run) => words.some((word) => matchesOperation(word, flagsOf(run))) };
}

function flagsOf({ attributes }: Run) {
  return {
    planOnly: attributes['plan-only'] ?? false,
    isDestroy: attributes['is-destroy'] ?? false,
    savePlan: attributes['save-plan'] ?? false,
    refreshOnly: attributes['refresh-only'] ?? false,
    allowEmptyApply: attributes['allow-empty-apply'] ?? false,
  };
}

function translateStatuses(
  status: readonly PlatformRunStatus[],
  groups: readonly (RunStatusGroup | PlatformStatusGroup)[],
): { status: readonly string[]; group: readonly string[]; keep?: (run: Run) => boolean; isEmpty: boolean } {
  const [only] = groups;
  const isPlatformGroup = only === 'non_final' || only === 'final' || only === 'discardable';
  // The server applies the group itself, since it may know further statuses.
  if (status.length === 0 && groups.length === 1 && isPlatformGroup) {
    return { status: [], group: [only], isEmpty: false };
  }
  if (groups.length === 0) return { ...exactStatuses(status), group: [], isEmpty: false };
  const inGroups = new Set(groups.flatMap((group) => statusesInGroup(group)));
  const wanted = status.length === 0 ? [...inGroups] : status.filter((word) => inGroups.has(word));
  return { ...exactStatuses(wanted), group: [], isEmpty: wanted.length === 0 };
}

/** HCP Terraform calls a force-canceled run `canceled` and has no word for the difference (mcp §1.6.9). */
function exactStatuses(wanted: readonly PlatformRunStatus[]): {
  status: readonly string[];
  keep?: (run: Run) => boolean;
} {
  if (wanted.includes('force_canceled') === wanted.includes('canceled')) return { status: wanted };
  const asked = wanted.includes('force_canceled') ? [...wanted, 'canceled'] : wanted;
  return { status: asked, keep: (run) => (wanted as readonly string[]).includes(statusOf(run)) };
}

function sourceSpellings(word: string): readonly string[] {
  const known = sourceWord(word);
  return known === undefined ? [word] : SOURCE_ALIASES[known];
}
