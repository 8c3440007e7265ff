import type { RunnerSettings } from '../../src/runner/main.ts';

/** Sites that nobody answers at, so that no test downloads an engine. */
export const NO_RELEASES: RunnerSettings['engine']['releases'] = {
  terraform: { mirrorUrl: 'http://127.0.0.1:9' },
  opentofu: { mirrorUrl: 'http://127.0.0.1:9' },
};
