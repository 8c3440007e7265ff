import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_RELEASES } from '../support/no-releases.ts';
import { testProvider, type TestProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import type { ServedStep } from './agent-server.ts';
import { packFiles } from './configuration-archive.ts';
import { startHarness, type Harness } from './harness.ts';

/**
 * A terraform whose provider answers `providers schema` in its place. Providers run during that command, write to the
 * output of terraform, and can end it. The answer is in a file; without the file this is plain terraform.
 */
const ENGINE = `#!/bin/sh
if [ "$1" = providers ] && [ -e "$0.answer" ]; then cat "$0.answer"; exit 0; fi
exec terraform "$@"
`;

needs('terraform', 'provider')('schemas that a hostile provider has forged', () => {
  let folder: string;
  let engine: string;
  let harness: Harness;
  let provider: TestProvider;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runwright-schemas-'));
    engine = join(folder, 'terraform');
    await writeFile(engine, ENGINE);
    await chmod(engine, 0o755);
    harness = await startHarness({
      sandbox: 'off',
      engine: { pinnedPath: engine, releases: NO_RELEASES, cacheFolder: join(folder, 'cache') },
    });
    provider = await testProvider();
  });
  afterAll(async () => {
    await harness.close();
    await rm(folder, { recursive: true });
  });

  const plan = (workspace: string): Promise<ServedStep> =>
    harness.execute({
      phase: 'plan',
      configuration: packFiles({
        ...provider.files(),
        'main.tf': 'resource "fixture_thing" "a" { name = "a" }\n',
      }),
      workspace: { id: workspace },
    });
  const kept = async (): Promise<string[]> => {
    const schemas = join(folder, 'cache', 'provider-schemas');
    return existsSync(schemas) ? await readdir(schemas) : [];
  };

  it.each([
    ['null', '{"provider_schemas":null}'],
    ['a provider that is none', '{"provider_schemas":{"x":null}}'],
    ['nothing', ''],
  ])('are not stored when they are %s', async (_what, answer) => {
    await writeFile(`${engine}.answer`, answer);
    const hostile = await plan('ws-hostile');
    expect(hostile.finish).toMatchObject({
      outcome: 'errored',
      message: 'terraform providers schema printed no schemas of providers',
    });
    expect(await kept()).toEqual([]);
  });

  it('are stored for their own workspace alone when they are well-formed; another one gets the true ones', async () => {
    const lie = '{"format_version":"1.0","provider_schemas":{"x":{"resource_schemas":{"fixture_thing":{}}}}}';
    await writeFile(`${engine}.answer`, lie);
    await plan('ws-hostile');
    const [file = ''] = await kept();
    expect(await readFile(join(folder, 'cache', 'provider-schemas', file), 'utf8')).toContain('"x"');
    await rm(`${engine}.answer`);
    const honest = await plan('ws-honest');
    expect(honest.finish?.outcome).toBe('succeeded');
    const schemas = honest.artifacts.get('provider-schemas')?.toString() ?? '';
    expect(schemas).toContain('"fixture_thing":{"version"');
    expect(schemas).not.toContain('"x"');
    expect(await kept()).toHaveLength(2);
  });
});
