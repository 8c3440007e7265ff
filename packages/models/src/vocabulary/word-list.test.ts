import { describe, expect, it } from 'vitest';
import {
  OPERATION_WORDS,
  parseWordList,
  SOURCE_WORDS,
  STATUS_GROUP_WORDS,
  STATUS_WORDS,
} from './word-list.ts';

describe('parseWordList', () => {
  it('reads words of both vocabularies in any case, with spaces, each once', () => {
    expect(parseWordList(' Plan,PLAN_ONLY , plan,,destroy ', OPERATION_WORDS)).toEqual({
      words: ['plan', 'plan_only', 'destroy'],
      unknown: [],
      problem: null,
    });
  });

  it('finds no word in an empty text, and no problem', () => {
    expect(parseWordList('', STATUS_WORDS)).toEqual({ words: [], unknown: [], problem: null });
  });

  it('keeps the known words, and names the unknown ones as written with both vocabularies', () => {
    const list = parseWordList('pending,Finished,"; drop', STATUS_GROUP_WORDS);
    expect(list.words).toEqual(['pending']);
    expect(list.unknown).toEqual(['Finished', '"; drop']);
    expect(list.problem).toBe(
      'Unknown status group "Finished", "\\"; drop". Use one or more of pending, completed, failed, discarded; ' +
        "the platform's own words are accepted too: non_final, final, discardable.",
    );
  });

  it('accepts spellings that it does not advertise', () => {
    const list = parseWordList('terraform+cloud,cli,x', SOURCE_WORDS);
    expect(list.words).toEqual(['terraform+cloud', 'cli']);
    expect(list.problem).not.toContain('terraform+cloud');
  });

  it('knows every status of both vocabularies', () => {
    expect(parseWordList('force_canceled,plan_queued,planned_and_saved', STATUS_WORDS).unknown).toEqual([]);
  });
});
