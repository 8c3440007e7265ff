import { defineConfig } from 'vitest/config';

const conditions = ['@runwright/source'];

/** Those that start programs, count processes, change this one, or send so much that they are better alone. */
const apart = [
  ...['architecture', 'cli', 'crash', 'docs', 'end-to-end', 'mcp', 'runner', 'support', 'terraform-cli'].map(
    (folder) => `test/${folder}/**/*.test.ts`,
  ),
  'test/server/hostile-requests.test.ts',
];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};

const test = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' } as const;

export default defineConfig({
  ...shared,
  // Where vitest runs the global set-up.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 3,
    projects: [
      { ...shared, test: { ...test, name: 'apart', include: apart } },
      {
        ...shared,
        test: {
          ...test,
          name: 'together',
          include: ['packages/*/src/**/*.test.ts', 'src/**/*.test.ts', 'test/server/**/*.test.ts'],
          exclude: apart,
          // They keep nothing in modules, so that one process does for many files: a server starts in it in half the time.
          isolate: false,
        },
      },
    ],
  },
});
