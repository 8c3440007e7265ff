/** The provider for tests, as files to add to a configuration. See README.md. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { buildProvider } from './build.ts';

/** The provider's own settings: see `provider` in program/schemas.ts. */
export type ProviderSettings = Record<string, string | number | boolean | string[] | Record<string, number>>;

export interface TestProvider {
  /** The path of the program. */
  file: string;
  source: string;
  version: string;
  /**
   * Files to add to a configuration: the requirement, a `provider` block, and the program in the folder where terraform
   * looks for it by default.
   */
  files(settings?: ProviderSettings): Record<string, string>;
}

const SOURCE = 'fixtures.test/runwright/fixture';
const VERSION = '1.0.0';
const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

let built: Promise<string> | undefined;

/** The provider, which the first test that asks builds for all tests. */
export async function testProvider(): Promise<TestProvider> {
  const file = await (built ??= buildOnce());
  const text = readFileSync(file, 'utf8');
  const program = `terraform.d/plugins/${SOURCE}/${VERSION}/${PLATFORM}/terraform-provider-fixture`;
  return {
    file,
    source: SOURCE,
    version: VERSION,
    files: (settings = {}) => ({ [program]: text, 'fixture.tf.json': describeUse(SOURCE, settings) }),
  };
}

/** A configuration file that requires the provider and sets it up. */
export function describeUse(source: string, settings: ProviderSettings = {}): string {
  return JSON.stringify({
    terraform: { required_providers: { fixture: { source } } },
    provider: { fixture: settings },
  });
}

async function buildOnce(): Promise<string> {
  const file = path.join(inject('builtFolder'), `terraform-provider-fixture_v${VERSION}`);
  if (!existsSync(file)) await buildProvider(file);
  return file;
}
