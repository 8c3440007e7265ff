import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@runwright/source'] },
  ssr: { resolve: { conditions: ['@runwright/source'] } },
  // Where vitest runs the global set-up.
  environments: { __vitest__: { resolve: { conditions: ['@runwright/source'] } } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
