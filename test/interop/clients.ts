/** The clients. Each reports the number of its checks. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run, type Ended } from './commands.ts';
import { ADMIN_TOKEN, type Server } from './server.ts';
import { sources } from './toolchains.ts';
import { CONFIGURATION, type World } from './world.ts';

export interface Result {
  what: string;
  passed: number;
  failed: number;
  /** Shown when something failed. */
  output: string;
  /** A figure worth reporting. */
  detail?: string;
}

/** What a client works with: the server, its OpenAPI document as a file, and its own folder. */
export interface Scene {
  server: Server;
  openapi: string;
  folder: string;
}

/** Limits for busy machines. Each client takes a minute or two on an idle one. */
const STORY_MS = 600_000;
const CONTRACT_MS = 600_000;
/** Requests are generated for at most this long, so that a busy machine generates fewer. */
const CONTRACT_SECONDS = 225;
const ENOUGH_REQUESTS = 5_000;
const SEED = '1';
/**
 * How requests are generated: for the administrator, each bound and each wrong type of every value, some 10,000; for
 * the others, who may do little, a few at random.
 */
const PHASES: Record<keyof World['tokens'], string[]> = {
  administrator: ['--phases', 'examples,coverage'],
  member: ['--phases', 'fuzzing', '--max-examples', '5'],
  reader: ['--phases', 'fuzzing', '--max-examples', '5'],
};

const addresses = ({ url }: Server): Record<string, string> => ({
  RUNWRIGHT_INTEROP_URL: url,
  RUNWRIGHT_INTEROP_TOKEN: ADMIN_TOKEN,
});

const one = (what: string, { succeeded, output }: Ended): Result => ({
  what,
  passed: succeeded ? 1 : 0,
  failed: succeeded ? 0 : 1,
  output,
});

/** Runs each step only if the one before it succeeded. */
async function inTurn(...steps: (() => Promise<Ended>)[]): Promise<Ended> {
  let last: Ended = { succeeded: true, output: '' };
  for (const step of steps) {
    last = await step();
    if (!last.succeeded) break;
  }
  return last;
}

export async function runGo({ server }: Scene, folder: string): Promise<Result> {
  const ended = await run('go', ['test', '-count=1', '-v', '-timeout', `${STORY_MS / 1000}s`, './...'], {
    cwd: folder,
    env: addresses(server),
    withinMs: STORY_MS + 10_000,
  });
  const count = (word: string): number => ended.output.split(`\n--- ${word}: `).length - 1;
  const [passed, failed] = [count('PASS'), count('FAIL')];
  // A client that did not build, or broke off, reports no failed tests.
  const broke = !ended.succeeded || passed + failed === 0;
  return {
    what: 'the Go client go-tfe',
    passed,
    failed: Math.max(failed, broke ? 1 : 0),
    output: ended.output,
  };
}

export async function runPython({ server, openapi, folder }: Scene, venv: string): Promise<Result> {
  const config = path.join(folder, 'generator.yaml');
  writeFileSync(config, 'post_hooks: []\n');
  const generator = path.join(venv, 'bin', 'openapi-python-client');
  const made = path.join(folder, 'generated_client');
  const options = ['--path', openapi, '--output-path', made, '--meta', 'none', '--config', config];
  const ended = await inTurn(
    async () => await run(generator, ['generate', '--fail-on-warning', ...options], { withinMs: STORY_MS }),
    async () =>
      await run(path.join(venv, 'bin', 'python'), [path.join(sources('python'), 'story.py')], {
        env: { ...addresses(server), PYTHONPATH: folder },
        withinMs: STORY_MS,
      }),
  );
  return one('a Python client made by openapi-python-client', ended);
}

export async function runTypeScript(scene: Scene, packages: string): Promise<Result> {
  const { server, openapi, folder } = scene;
  for (const name of ['package.json', 'tsconfig.json', 'story.ts']) {
    cpSync(path.join(sources('typescript'), name), path.join(folder, name));
  }
  cpSync(path.join(packages, 'node_modules'), path.join(folder, 'node_modules'), { recursive: true });
  const archive = path.join(folder, 'configuration.tar.gz');
  writeFileSync(archive, CONFIGURATION);
  const tool = (name: string): string => path.join(folder, 'node_modules', '.bin', name);
  const options = { cwd: folder, withinMs: STORY_MS };
  const ended = await inTurn(
    async () => await run(tool('openapi-typescript'), [openapi, '-o', 'api.d.ts'], options),
    async () => await run(tool('tsc'), ['-p', '.'], options),
    async () =>
      await run(process.execPath, ['built/story.js'], {
        ...options,
        env: { ...addresses(server), RUNWRIGHT_INTEROP_ARCHIVE: archive },
      }),
  );
  return one('a TypeScript client made by openapi-typescript and openapi-fetch', ended);
}

/** Schemathesis with a token of each rank, run side by side. */
export async function runContract(scene: Scene, venv: string, world: World): Promise<Result[]> {
  const worldFile = path.join(scene.folder, 'world.json');
  writeFileSync(worldFile, JSON.stringify(world));
  const ranks = await Promise.all(
    (['administrator', 'member', 'reader'] as const).map(async (rank) => {
      const folder = path.join(scene.folder, rank);
      mkdirSync(folder);
      return await runRank({ ...scene, folder }, venv, rank, { token: world.tokens[rank], worldFile });
    }),
  );
  const requests = ranks.reduce((sum, { requests }) => sum + requests, 0);
  const enough = one('made-up requests are enough', {
    succeeded: requests >= ENOUGH_REQUESTS,
    output: `only ${requests} requests were made, not ${ENOUGH_REQUESTS}: run it where little else is done`,
  });
  return [...ranks.map(({ result }) => result), { ...enough, detail: `${requests} requests` }];
}

interface Counts {
  requests: number;
  statuses: Record<string, number>;
  excepted: Record<string, number>;
}

async function runRank(
  { server, openapi, folder }: Scene,
  venv: string,
  rank: keyof World['tokens'],
  { token, worldFile }: { token: string; worldFile: string },
): Promise<{ result: Result; requests: number }> {
  const countsFile = path.join(folder, 'counts.json');
  writeFileSync(countsFile, JSON.stringify({ requests: 0, statuses: {}, excepted: {} } satisfies Counts));
  const config = path.join(folder, 'schemathesis.toml');
  // A path without the method is 404 here, as on the platform, and not 405, so such requests prove nothing.
  const phases = '[phases.coverage]\nunexpected-methods = []\n';
  writeFileSync(config, `${phases}[headers]\nAuthorization = "Bearer ${token}"\n`, { mode: 0o600 });
  const options = [
    ...['--url', server.url, ...PHASES[rank]],
    ...['--seed', SEED, '--workers', '1', '--continue-on-failure', '--no-shrink', '--no-color'],
    ...['--generation-database', 'none', '--generation-allow-x00', 'false'],
    ...['--suppress-health-check', 'all', '--max-time', String(CONTRACT_SECONDS)],
  ];
  const ended = await run(
    path.join(venv, 'bin', 'st'),
    ['--config-file', config, 'run', openapi, ...options],
    {
      cwd: folder,
      env: {
        PYTHONPATH: sources('python'),
        PYTHONDONTWRITEBYTECODE: '1',
        SCHEMATHESIS_HOOKS: 'contract_hooks',
        RUNWRIGHT_INTEROP_WORLD: worldFile,
        RUNWRIGHT_INTEROP_SEED: SEED,
        RUNWRIGHT_INTEROP_COUNTS: countsFile,
      },
      withinMs: CONTRACT_MS,
    },
  );
  const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as Counts;
  const statuses = Object.entries(counts.statuses).map(([status, count]) => `${count} × ${status}`);
  const result = one(`schemathesis as ${rank}`, ended);
  return { result: { ...result, detail: statuses.join(', ') }, requests: counts.requests };
}
