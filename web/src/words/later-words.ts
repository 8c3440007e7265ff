/** Texts of pages that are loaded on demand: a page with a run does not wait for them. */
import { fileWords } from './file-words.ts';
import { graphWords } from './graph-words.ts';
import { guardWords } from './guard-words.ts';
import { laterPageWords } from './later-page-words.ts';
import { registryWords } from './registry-words.ts';
import { resourceWords, trendWords } from './resource-words.ts';
import { settingWords } from './setting-words.ts';

export const laterWords = {
  file: fileWords,
  graph: graphWords,
  guard: guardWords,
  page: laterPageWords,
  registry: registryWords,
  resource: resourceWords,
  setting: settingWords,
  trend: trendWords,
} as const;
