import { describe, expect, it } from 'vitest';
import { PlatformRunSource, platformSource, RunSource, SOURCE_ALIASES, sourceWord } from './run-source.ts';

describe('sources', () => {
  it('have the words of the specification', () => {
    expect(RunSource.options).toEqual(['api', 'cli', 'ui', 'vcs', 'run_trigger']);
  });

  it.each([
    ['api', 'tfe-api'],
    ['cli', 'tfe-cli'],
    ['ui', 'tfe-ui'],
    ['vcs', 'tfe-configuration-version'],
    ['run_trigger', 'tfe-run-trigger'],
  ] as const)('emit %s as %s and read it back', (word, emitted) => {
    expect(platformSource(word)).toBe(emitted);
    expect(sourceWord(emitted)).toBe(word);
    expect(sourceWord(word)).toBe(word);
  });

  it.each([
    ['terraform', 'cli'],
    ['terraform+cloud', 'cli'],
    ['github', 'vcs'],
    ['GitLab', 'vcs'],
    [' TFE-API ', 'api'],
  ])('read %j as %s', (text, word) => {
    expect(sourceWord(text)).toBe(word);
  });

  it('leave unknown words unknown', () => {
    expect(sourceWord('carrier-pigeon')).toBeUndefined();
    expect(platformSource('carrier-pigeon')).toBeUndefined();
  });

  it('list the emitted word first and no spelling twice', () => {
    const spellings = Object.values(SOURCE_ALIASES).flat();
    expect(new Set(spellings).size).toBe(spellings.length);
    expect(RunSource.options.map((word) => SOURCE_ALIASES[word][0])).toEqual(PlatformRunSource.options);
  });
});
