/** Texts of pages that are loaded on demand: a page with a run does not wait for them. */
import { commentWords } from './comment-words.ts';
import { fileWords } from './file-words.ts';
import { graphWords } from './graph-words.ts';
import { guardWords } from './guard-words.ts';
import { laterPageWords } from './later-page-words.ts';
import { registryWords } from './registry-words.ts';
import { resourceWords, trendWords } from './resource-words.ts';
import { settingWords } from './setting-words.ts';

export const laterWords = {
  comment: commentWords,
  filters: (count: number) => (count === 0 ? 'Filters' : `Filters (${String(count)})`),
  neighbours: {
    label: 'Other runs',
    previous: 'Previous run',
    next: 'Next run',
    compare: 'Compare with another run',
    comparePrevious: 'Compare with the previous one',
  },
  replay: {
    label: 'Moment in the life of the run',
    at: (n: number, of: number) => `event ${String(n)} of ${String(of)}`,
    after: (time: string) => `${time} after the start`,
  },
  file: fileWords,
  graph: graphWords,
  guard: guardWords,
  page: laterPageWords,
  provenance: {
    title: 'Provenance',
    engine: 'Engine',
    platform: 'Platform',
    configuration: 'Configuration archive, SHA-256',
    planFile: 'Plan file, SHA-256',
    planFolder: 'Lock file and other files that the plan changed, SHA-256',
    state: 'State before, SHA-256',
    copy: (what: string) => `Copy: ${what}`,
    hidden: 'The digest of the plan file is shown to people who may apply runs here.',
  },
  registry: registryWords,
  resource: resourceWords,
  setting: settingWords,
  trend: trendWords,
} as const;
