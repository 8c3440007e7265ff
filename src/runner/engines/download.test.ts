import { access, constants, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { create } from 'tar';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  engineScript,
  makeSigner,
  startReleaseSite,
  type ReleaseSiteFixture,
  type Signer,
} from '../../../test/support/release-site.ts';
import type { EngineProduct } from '../../protocol/agent.ts';
import type { EngineSettings } from '../settings.ts';
import { downloadEngine } from './download.ts';
import { findEngine } from './find-engine.ts';

const ELSEWHERE = 'http://127.0.0.1:9';

describe.each<[EngineProduct, string, string]>([
  ['terraform', 'Terraform', 'terraform'],
  ['opentofu', 'OpenTofu', 'tofu'],
])('a release of %s', (product, name, program) => {
  let folder: string;
  let site: ReleaseSiteFixture;
  let trusted: Signer;
  const path = process.env['PATH'];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runwright-releases-'));
    trusted = await makeSigner();
    await writeFile(join(folder, 'key.asc'), trusted.publicKey);
    site = await startReleaseSite();
    await mkdir(join(folder, 'empty'));
    process.env['PATH'] = join(folder, 'empty');
  });
  afterAll(async () => {
    process.env['PATH'] = path;
    site.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    site.answers.clear();
    site.requests.length = 0;
  });

  /** The other product's mirror does not answer, so nothing is taken from there. */
  const settings = (cache: string, more: Partial<EngineSettings> = {}): EngineSettings => ({
    releases: {
      terraform: { mirrorUrl: ELSEWHERE },
      opentofu: { mirrorUrl: ELSEWHERE },
      [product]: { mirrorUrl: site.url, trustedKeyFile: join(folder, 'key.asc') },
    },
    cacheFolder: join(folder, cache),
    ...more,
  });
  const find = async (version: string, cache: string, more: Partial<EngineSettings> = {}) =>
    await findEngine({ version, product }, settings(cache, more));
  const failure = async (found: Promise<unknown>) => await found.catch((error: unknown) => error);
  const download = async (cache: string, version = '9.8.7') =>
    await downloadEngine(product, version, settings(cache));
  /** What a cache has that is no lock. */
  const contents = async (cache: string) =>
    (await readdir(join(folder, cache), { recursive: true, withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('flights'))
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, cache).length + 1));

  it('is downloaded once, verified, by however many ask at once', async () => {
    await site.publish(product, { signer: trusted });
    const engines = await Promise.all([1, 2, 3].map(() => download('good')));
    const [engine] = engines;
    expect(engine).toMatchObject({ product: name, version: '9.8.7' });
    expect(new Set(engines.map((each) => each.path)).size).toBe(1);
    expect(await readFile(engine?.path ?? '', 'utf8')).toBe(engineScript(product, '9.8.7'));
    await access(engine?.path ?? '', constants.X_OK);
    expect(site.requests.filter((each) => each.endsWith('.zip'))).toHaveLength(1);
    expect(await contents('good')).toEqual([`${product}/9.8.7/${program}`]);
  });

  it('serves a constraint with the newest that fits, and later ones without the site, beside others', async () => {
    await site.publish(product, { signer: trusted, version: '9.8.6' });
    await find('9.8.6', 'several');
    await site.publish(product, { signer: trusted });
    expect(await find('~> 9.0', 'several')).toMatchObject({ product: name, version: '9.8.7' });
    site.answers.clear();
    expect((await find('~> 9.0', 'several')).version).toBe('9.8.7');
    expect((await find('9.8.6', 'several')).version).toBe('9.8.6');
    const sealed = { isSealed: true };
    site.requests.length = 0;
    expect((await find('latest', 'several', sealed)).version).toBe('9.8.7');
    expect((await find('< 9.8.7', 'several', sealed)).version).toBe('9.8.6');
    const missing = await failure(find('9.8.5', 'several', sealed));
    expect(missing).toMatchObject({ message: `There is no ${name} 9.8.5` });
    expect(missing).toHaveProperty('detail', expect.stringContaining(`${name} 9.8.6, ${name} 9.8.7`));
    expect(site.requests).toEqual([]);
  });

  it('that the site lacks is refused with what there is', async () => {
    await site.publish(product, { signer: trusted });
    const missing = await failure(find('9.8.5', 'missing'));
    expect(missing).toMatchObject({ name: 'StepFailure', message: `There is no ${name} 9.8.5` });
    expect(missing).toHaveProperty(
      'detail',
      expect.stringMatching(/no engine\. http:.*404; .* is 9\.8\.7\.$/),
    );
    await expect(find('~> 7.0', 'missing')).rejects.toThrow(`There is no ${name} ~> 7.0`);
    for (const list of ['<html>', '[]', '{"versions":7}']) {
      site.answers.set(product === 'terraform' ? '/terraform/index.json' : '/api.json', Buffer.from(list));
      const odd = await failure(find('latest', 'missing'));
      expect(odd).toMatchObject({ message: `${name} latest cannot be installed` });
      expect(odd).toHaveProperty('detail', expect.stringContaining('no list of versions'));
    }
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    [
      'another archive than the signed one',
      async () => void (await site.publish(product, { signer: trusted, sent: Buffer.from('evil') })),
      /has SHA-256 .*, signed is/,
    ],
    [
      'half of the archive',
      async () => {
        const { archive } = await site.publish(product, { signer: trusted });
        const whole = site.answers.get(archive) as Buffer;
        site.answers.set(archive, (response) => {
          response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, 40));
          setTimeout(() => response.destroy(), 50);
        });
      },
      /http:.*terminated/,
    ],
    [
      'a signature of another key',
      async () => void (await site.publish(product, { signer: await makeSigner() })),
      /not signed by the trusted key: Could not find signing key/,
    ],
    [
      'checksums that were changed since',
      async () => {
        const { sums } = await site.publish(product, { signer: trusted });
        site.answers.set(sums, Buffer.concat([site.answers.get(sums) as Buffer, Buffer.from('\n')]));
      },
      /not signed by the trusted key/,
    ],
    [
      'something else in place of a signature',
      async () => {
        const { sums } = await site.publish(product, { signer: trusted });
        for (const end of ['.72D7468F.sig', '.gpgsig']) site.answers.set(`${sums}${end}`, Buffer.from('no'));
      },
      /not signed by the trusted key/,
    ],
    [
      'no program in the archive',
      async () => {
        const archive = Buffer.from(zipSync({ LICENSE: strToU8('x') }));
        await site.publish(product, { signer: trusted, archive });
      },
      /holds no file/,
    ],
    [
      'a damaged archive',
      async () => void (await site.publish(product, { signer: trusted, archive: Buffer.from('no zip') })),
      /archive is damaged/,
    ],
    [
      'an archive with a way out of it',
      async () => {
        const archive = Buffer.from(zipSync({ [program]: strToU8('x'), '../../evil': strToU8('x') }));
        await site.publish(product, { signer: trusted, archive });
      },
      /leads out/,
    ],
    [
      'an archive with more files than any release',
      async () => {
        const files = Array.from({ length: 200 }, (_, index) => [`f${index}`, strToU8('x')] as const);
        await site.publish(product, {
          signer: trusted,
          archive: Buffer.from(zipSync(Object.fromEntries(files))),
        });
      },
      /more than 100 entries/,
    ],
    [
      'the program of another version',
      async () => {
        const archive = Buffer.from(zipSync({ [program]: strToU8(engineScript(product, '1.2.3')) }));
        await site.publish(product, { signer: trusted, archive });
      },
      /holds (Terraform|OpenTofu) 1\.2\.3/,
    ],
    [
      'the program of the other product',
      async () => {
        const other = product === 'terraform' ? 'opentofu' : 'terraform';
        const archive = Buffer.from(zipSync({ [program]: strToU8(engineScript(other, '9.8.7')) }));
        await site.publish(product, { signer: trusted, archive });
      },
      /holds (Terraform|OpenTofu) 9\.8\.7/,
    ],
    [
      'a program that cannot be started',
      async () => {
        const archive = Buffer.from(zipSync({ [program]: strToU8('\x7fELF of another machine') }));
        await site.publish(product, { signer: trusted, archive });
      },
      /does not work here/,
    ],
    [
      'redirects without end',
      async () => {
        const { archive } = await site.publish(product, { signer: trusted });
        site.answers.set(archive, (response) => response.writeHead(302, { location: archive }).end());
      },
      /redirects more than 5 times/,
    ],
    [
      'a redirect to another protocol',
      async () => {
        const { archive } = await site.publish(product, { signer: trusted });
        const location = 'file:///etc/passwd';
        site.answers.set(archive, (response) => response.writeHead(302, { location }).end());
      },
      /redirects from http: to file:, which is not followed/,
    ],
    [
      'a broken site',
      async () => {
        const { archive } = await site.publish(product, { signer: trusted });
        site.answers.set(archive, (response) => response.writeHead(503).end());
      },
      /the answer is 503/,
    ],
  ])('with %s is refused, and nothing of it stays', async (_what, publish, reason) => {
    await publish();
    const refused = await failure(find('9.8.7', 'refused'));
    expect(refused).toMatchObject({ message: `${name} 9.8.7 cannot be installed` });
    expect(refused).toHaveProperty('detail', expect.stringMatching(reason));
    expect(await contents('refused')).toEqual([]);
  });

  it('replaces one that is damaged, and what killed downloads have left', async () => {
    await site.publish(product, { signer: trusted });
    const { path: binary } = await download('damaged');
    await writeFile(binary, '', { mode: 0o755 });
    const left = join(folder, 'damaged/staging/terraform-1.0.0/unpacked/terraform');
    await mkdir(dirname(left), { recursive: true });
    await writeFile(left, 'half');
    expect((await download('damaged')).path).toBe(binary);
    expect(await contents('damaged')).toEqual([`${product}/9.8.7/${program}`]);
  });

  it('comes through redirects, with the password of the mirror for the mirror alone', async () => {
    const { archive } = await site.publish(product, { signer: trusted });
    const other = await startReleaseSite();
    const seen: (string | undefined)[] = [];
    const bytes = site.answers.get(archive) as Buffer;
    other.answers.set('/elsewhere', (response) => {
      seen.push(response.req.headers.authorization);
      response.end(bytes);
    });
    site.answers.set(archive, (response) => {
      seen.push(response.req.headers.authorization);
      response.writeHead(302, { location: `${other.url}/elsewhere` }).end();
    });
    const mirrorUrl = site.url.replace('//', '//user:pass%20word@');
    const releases = {
      ...settings('x').releases,
      [product]: { mirrorUrl, trustedKeyFile: join(folder, 'key.asc') },
    };
    expect((await find('9.8.7', 'redirected', { releases })).version).toBe('9.8.7');
    expect(seen).toEqual([`Basic ${btoa('user:pass word')}`, undefined]);
    const missing = await failure(find('9.8.5', 'redirected', { releases }));
    expect(missing).toHaveProperty('detail', expect.stringContaining(site.url));
    expect(missing).toHaveProperty('detail', expect.not.stringMatching(/pass/));
    other.close();
  });

  it('is trusted only when the product’s own maker signed it, where no key is set', async () => {
    await site.publish(product, { signer: trusted });
    const releases = { ...settings('x').releases, [product]: { mirrorUrl: site.url } };
    const refused = await failure(find('9.8.7', 'theirs', { releases }));
    expect(refused).toHaveProperty('detail', expect.stringContaining('not signed by the trusted key'));
  });

  it('is not asked for when an engine is pinned, even one of the wrong version', async () => {
    const pinnedPath = join(folder, 'pinned');
    await writeFile(pinnedPath, engineScript(product, '9.8.7'), { mode: 0o755 });
    const pinned = { pinnedPath };
    expect((await find('9.8.7', 'pinned-cache', pinned)).path).toBe(pinnedPath);
    expect((await find('latest', 'pinned-cache', pinned)).path).toBe(pinnedPath);
    const refused = await failure(find('1.2.3', 'pinned-cache', pinned));
    expect(refused).toMatchObject({ message: `${name} 9.8.7 is not the version asked for` });
    expect(refused).toHaveProperty('detail', expect.stringContaining('1.2.3'));
    expect(site.requests).toEqual([]);
  });

  if (product === 'terraform')
    it('may have a signature with a plain name', async () => {
      await site.publish(product, { signer: trusted, signatureEnd: '.sig' });
      expect((await download('plain')).version).toBe('9.8.7');
    });
  else
    it('may be a tar archive, where the mirror has no other', async () => {
      await writeFile(join(folder, 'tofu'), engineScript(product, '9.8.7'));
      await writeFile(join(folder, 'LICENSE'), 'x');
      const file = join(folder, 'tofu.tar.gz');
      await create({ cwd: folder, gzip: true, portable: true, file }, ['LICENSE', 'tofu']);
      const archive = await readFile(file);
      await site.publish(product, { signer: trusted, archive, end: '.tar.gz' });
      expect((await download('tar')).version).toBe('9.8.7');
      expect(await contents('tar')).toEqual(['opentofu/9.8.7/tofu']);
    });
});
