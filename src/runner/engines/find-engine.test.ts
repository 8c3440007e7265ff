import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_RELEASES } from '../../../test/support/no-releases.ts';
import type { EngineProduct } from '../../protocol/agent.ts';
import { findEngine } from './find-engine.ts';

describe('the engine of a step', () => {
  let folder: string;
  const path = process.env['PATH'];
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'runwright-engines-'))));
  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  async function install(...engines: [program: string, name: string, version: string][]): Promise<void> {
    const folders = engines.map((_engine, index) => join(folder, String(index)));
    for (const [index, [program, name, version]] of engines.entries()) {
      const bin = folders[index] ?? '';
      await mkdir(bin);
      const script = `#!/bin/sh\nprintf '${name} v${version}\\non linux_amd64\\n'\n`;
      await writeFile(join(bin, program), script, { mode: 0o755 });
    }
    process.env['PATH'] = folders.join(delimiter);
  }
  const find = async (version: string, product: EngineProduct | null = null) => {
    const settings = { releases: NO_RELEASES, cacheFolder: join(folder, 'cache') };
    const engine = await findEngine({ version, product }, settings);
    return `${engine.product} ${engine.version}`;
  };
  const BOTH = [
    ['terraform', 'Terraform', '1.11.4'],
    ['tofu', 'OpenTofu', '1.11.14'],
  ] as [string, string, string][];

  it.each(['1.11.14', '~> 1.11.5', '>= 1.11.10'])('for %s is no OpenTofu of that number', async (version) => {
    await install(...BOTH);
    const failure = await find(version).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: `Terraform ${version} cannot be installed` });
    expect(failure).toHaveProperty(
      'detail',
      expect.stringContaining('has Terraform 1.11.4, OpenTofu 1.11.14'),
    );
    expect(failure).toHaveProperty('detail', expect.stringContaining('engine is "opentofu"'));
    expect(await find(version, 'opentofu')).toBe('OpenTofu 1.11.14');
  });

  it('is terraform by default, and never the product that was not named', async () => {
    await install(...BOTH);
    expect(await find('latest')).toBe('Terraform 1.11.4');
    expect(await find('latest', 'opentofu')).toBe('OpenTofu 1.11.14');
    const failure = await find('1.11.4', 'opentofu').catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: 'OpenTofu 1.11.4 cannot be installed' });
  });

  it('is OpenTofu where only that is installed and no version is asked for', async () => {
    await install(['tofu', 'OpenTofu', '1.12.6']);
    expect(await find('latest')).toBe('OpenTofu 1.12.6');
    await expect(find('1.12.6')).rejects.toThrow('Terraform 1.12.6 cannot be installed');
    await expect(find('latest', 'terraform')).rejects.toThrow('Terraform latest cannot be installed');
  });

  it('is the newest that fits', async () => {
    await install(
      ...(['1.9.0', '1.11.4', '1.10.9', '1.12.0-rc1'].map((version) => [
        'terraform',
        'Terraform',
        version,
      ]) as typeof BOTH),
    );
    expect(await find('latest')).toBe('Terraform 1.11.4');
    expect(await find('< 1.11')).toBe('Terraform 1.10.9');
  });

  it('is the pinned one, if that is of the named product', async () => {
    await install(['tofu', 'OpenTofu', '1.12.6']);
    const settings = { releases: NO_RELEASES, cacheFolder: folder, pinnedPath: join(folder, '0', 'tofu') };
    expect(await findEngine({ version: '~> 1.12', product: null }, settings)).toMatchObject({
      product: 'OpenTofu',
    });
    await expect(findEngine({ version: 'latest', product: 'terraform' }, settings)).rejects.toThrow(
      'OpenTofu 1.12.6 is not the version asked for',
    );
  });

  it('says which pinned one is gone, or is no engine', async () => {
    const settings = { releases: NO_RELEASES, cacheFolder: folder };
    for (const [name, reason] of [
      ['none', 'it is not there.'],
      ['.', 'EACCES'],
    ] as const) {
      const pinnedPath = join(folder, name);
      await expect(
        findEngine({ version: '1.11.4', product: 'terraform' }, { ...settings, pinnedPath }),
      ).rejects.toMatchObject({
        message: 'The engine of this runner cannot be used',
        detail: expect.stringMatching(
          `^RUNWRIGHT_ENGINE of this runner names ${pinnedPath}: .*${reason}`,
        ) as string,
      });
    }
  });
});
