import * as z from 'zod';

/** The source of a run, in the specification's words (run-models, RunSource). */
export const RunSource = z.enum(['api', 'cli', 'ui', 'vcs', 'run_trigger']);
export type RunSource = z.infer<typeof RunSource>;

/** The words that this platform stores and emits (api-contract §3.8). Responses stay open for other servers' words. */
export const PlatformRunSource = z.enum([
  'tfe-api',
  'tfe-cli',
  'tfe-ui',
  'tfe-configuration-version',
  'tfe-run-trigger',
]);
export type PlatformRunSource = z.infer<typeof PlatformRunSource>;

const PLATFORM_SOURCE: Record<RunSource, PlatformRunSource> = {
  api: 'tfe-api',
  cli: 'tfe-cli',
  ui: 'tfe-ui',
  vcs: 'tfe-configuration-version',
  run_trigger: 'tfe-run-trigger',
};

/** Every spelling of a source, the emitted one first: the words that filters accept (api-contract §3.8). */
export const SOURCE_ALIASES: Readonly<Record<RunSource, readonly string[]>> = {
  api: ['tfe-api', 'api'],
  cli: ['tfe-cli', 'cli', 'terraform', 'terraform+cloud'],
  ui: ['tfe-ui', 'ui'],
  vcs: ['tfe-configuration-version', 'vcs', 'github', 'gitlab', 'bitbucket', 'ado'],
  run_trigger: ['tfe-run-trigger', 'run_trigger'],
};

const WORD_OF_ALIAS = new Map(
  RunSource.options.flatMap((word) => SOURCE_ALIASES[word].map((alias) => [alias, word] as const)),
);

/** The specification's word for any known spelling, in any case; undefined for an unknown source. */
export function sourceWord(text: string): RunSource | undefined {
  return WORD_OF_ALIAS.get(text.trim().toLowerCase());
}

/** The stored word for any known spelling, `api` and `tfe-api` alike; undefined for an unknown source. */
export function platformSource(text: RunSource): PlatformRunSource;
export function platformSource(text: string): PlatformRunSource | undefined;
export function platformSource(text: string): PlatformRunSource | undefined {
  const word = sourceWord(text);
  return word === undefined ? undefined : PLATFORM_SOURCE[word];
}
