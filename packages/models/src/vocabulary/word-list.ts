import { PlatformRunOperation, RunOperation } from './run-operation.ts';
import { PlatformRunSource, RunSource, SOURCE_ALIASES } from './run-source.ts';
import { PlatformRunStatus, RunStatus } from './run-status.ts';
import { PlatformStatusGroup, RunStatusGroup } from './run-status-group.ts';

/** The words of a filter: the specification's, the platform's, and other accepted spellings that are not advertised. */
export interface WordVocabulary<W extends string> {
  /** The noun for one word, in the singular: `operation`, `status group`. */
  readonly noun: string;
  readonly specification: readonly W[];
  readonly platform: readonly W[];
  readonly aliases?: readonly W[];
}

export const OPERATION_WORDS: WordVocabulary<RunOperation | PlatformRunOperation> = {
  noun: 'operation',
  specification: RunOperation.options,
  platform: PlatformRunOperation.options,
};

export const STATUS_WORDS: WordVocabulary<PlatformRunStatus> = {
  noun: 'status',
  specification: RunStatus.options,
  platform: PlatformRunStatus.options,
};

export const STATUS_GROUP_WORDS: WordVocabulary<RunStatusGroup | PlatformStatusGroup> = {
  noun: 'status group',
  specification: RunStatusGroup.options,
  platform: PlatformStatusGroup.options,
};

export const SOURCE_WORDS: WordVocabulary<string> = {
  noun: 'source',
  specification: RunSource.options,
  platform: PlatformRunSource.options,
  aliases: Object.values(SOURCE_ALIASES).flat(),
};

export interface WordList<W extends string> {
  /** The known words, in lower case, each once, in the given order. */
  words: W[];
  /** The other words, as they were written. */
  unknown: string[];
  /** A sentence for the caller that names the unknown words and lists both vocabularies; null when all are known. */
  problem: string | null;
}

/** Reads a comma-separated list without regard to case; spaces around commas and empty items are dropped. */
export function parseWordList<W extends string>(text: string, vocabulary: WordVocabulary<W>): WordList<W> {
  const known = new Set<string>([
    ...vocabulary.specification,
    ...vocabulary.platform,
    ...(vocabulary.aliases ?? []),
  ]);
  const isKnown = (word: string): word is W => known.has(word);
  const words = new Set<W>();
  const unknown: string[] = [];
  for (const item of text.split(',').map((part) => part.trim())) {
    const word = item.toLowerCase();
    if (isKnown(word)) words.add(word);
    else if (item !== '') unknown.push(item);
  }
  return { words: [...words], unknown, problem: unknown.length === 0 ? null : describe(unknown, vocabulary) };
}

function describe(unknown: readonly string[], vocabulary: WordVocabulary<string>): string {
  const { noun, specification, platform } = vocabulary;
  const platformOnly = platform.filter((word) => !specification.includes(word));
  const named = unknown.map((word) => JSON.stringify(word)).join(', ');
  return (
    `Unknown ${noun} ${named}. Use one or more of ${specification.join(', ')}; ` +
    `the platform's own words are accepted too: ${platformOnly.join(', ')}.`
  );
}
