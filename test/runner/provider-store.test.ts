import { appendFileSync, chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeRoom } from '../../src/runner/providers/evict.ts';
import { storedName } from '../../src/runner/providers/package-meta.ts';
import { openProviderStore } from '../../src/runner/providers/provider-store.ts';
import { startRegistry, type ProviderRegistry } from '../support/provider/registry.ts';
import { describeUse, testProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import { packFiles } from './configuration-archive.ts';
import { planAndApply, startHarness, until, type Harness } from './harness.ts';
import { LOCK_FILE, readLockOf } from './plan-lock.ts';
import type { ServedStep, StepWish } from './agent-server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** Types of providers; only the first one has resources in the tests. */
const TYPES = ['fixture', 'bare', 'archives', 'strange', 'foreign'];
const THING = 'resource "fixture_thing" "it" {\n  name = "one"\n}\n';

const sandboxes = [
  { sandbox: 'required', describe: needs('terraform', 'provider', 'bwrap') },
  { sandbox: 'off', describe: needs('terraform', 'provider') },
] as const;

for (const { sandbox, describe: describeWhereItWorks } of sandboxes) {
  describeWhereItWorks(`kept providers, sandbox ${sandbox}`, () => {
    let harness: Harness;
    let registry: ProviderRegistry;
    let zipBytes: number;
    beforeAll(async () => {
      const { file } = await testProvider();
      registry = await startRegistry(file, { types: TYPES });
      ({ zipBytes } = registry);
      harness = await startHarness({ sandbox });
    });
    afterAll(async () => {
      await harness.close();
      await registry.close();
    });

    /** The wish of a step whose configuration trusts the registry. */
    function wish(files: Record<string, string> = {}, more: Partial<StepWish> = {}): Omit<StepWish, 'phase'> {
      const configuration = packFiles({
        'ca.pem': registry.authority,
        'fixture.tf.json': describeUse(registry.source),
        'main.tf': THING,
        ...files,
      });
      const variables = [
        { key: 'SSL_CERT_FILE', value: 'ca.pem', category: 'env' as const, form: 'string' as const },
      ];
      return { configuration, variables, ...more };
    }
    const plan = async (files?: Record<string, string>, more?: Partial<StepWish>) =>
      await harness.execute({ ...wish(files, more), phase: 'plan' });
    const used = ({ finish }: ServedStep) =>
      finish?.providers?.map(({ source, version }) => `${source} ${version}`);
    async function requestsOf<Result>(act: () => Promise<Result>): Promise<[Result, number, number]> {
      const [requests, bytes] = [registry.requests.length, registry.archiveBytes];
      const result = await act();
      return [result, registry.requests.length - requests, registry.archiveBytes - bytes];
    }
    let lock = '';

    it('are fetched by the first plan, and not again by its apply', async () => {
      const [{ plan: first, apply }, requests, bytes] = await requestsOf(() => planAndApply(harness, wish()));
      expect([first.finish?.outcome, apply.finish?.outcome]).toEqual(['succeeded', 'succeeded']);
      expect([used(first), used(apply)]).toEqual([['registry 1.0.0'], ['store 1.0.0']]);
      expect(bytes).toBe(zipBytes);
      expect(requests).toBeLessThan(9);
      expect(first.finish?.providers?.[0]).toMatchObject({
        address: registry.source,
        proof: expect.stringMatching(/^self-signed/) as string,
        h1: expect.stringMatching(/^h1:/) as string,
      });
      lock = readLockOf(first);
    });

    it('need no registry if the lock file names them', async () => {
      registry.trouble = { status: 503 };
      const [{ plan: again, apply }, requests] = await requestsOf(() =>
        planAndApply(harness, wish({ [LOCK_FILE]: lock })),
      );
      registry.trouble = undefined;
      expect([again.finish?.outcome, apply.finish?.outcome]).toEqual(['succeeded', 'succeeded']);
      expect([used(again), used(apply), requests]).toEqual([['store 1.0.0'], ['store 1.0.0'], 0]);
    });

    // The other tests are about the store, which does not depend on the sandbox.
    if (sandbox === 'off') return;

    it('are found beside local modules of the configuration', async () => {
      const files = {
        [LOCK_FILE]: lock,
        'main.tf': 'module "a" {\n  source = "./a/"\n}\n',
        'a/main.tf': `terraform {\n  required_providers {\n    fixture = { source = "${registry.source}" }\n  }\n}\n${THING}module "b" {\n  source = "../b"\n}\n`,
        'b/main.tf': 'resource "terraform_data" "b" {}\n',
      };
      const [served, requests] = await requestsOf(() => plan(files));
      expect([served.finish?.outcome, served.finish?.counts?.additions, requests]).toEqual([
        'succeeded',
        2,
        0,
      ]);
    });

    it('are chosen again, but not downloaded again, if no lock file names them', async () => {
      const [served, requests, bytes] = await requestsOf(() => plan());
      expect([served.finish?.outcome, used(served), bytes]).toEqual(['succeeded', ['store 1.0.0'], 0]);
      expect(requests).toBeLessThan(4);
    });

    it('are used with a lock file from another platform, to which their hash is added', async () => {
      const foreign = lock.replace(/h1:[^"]+/, `h1:${'A'.repeat(43)}=`);
      const [served, requests] = await requestsOf(() => plan({ [LOCK_FILE]: foreign }));
      expect([served.finish?.outcome, requests]).toEqual(['succeeded', 0]);
      expect(readLockOf(served)).toContain(/h1:[^"]+/.exec(lock)?.[0]);
    });

    it.each([
      [
        'only wrong hashes of archives',
        (text: string) => text.replace(/ *"h1.*\n/, '').replace(/zh:[0-9a-f]{8}/g, 'zh:01234567'),
      ],
      [
        'a wrong hash of the package',
        (text: string) =>
          text
            .replace(/zh:.*\n.*zh/, 'zh')
            .replace(/h1:[^"]{8}/, 'h1:AAAAAAAA')
            .replace(/ *"zh.*\n/g, ''),
      ],
    ])('are refused like a download if the lock file has %s', async (_what, change) => {
      const served = await plan({ [LOCK_FILE]: change(lock) });
      expect(served.finish?.outcome).toBe('errored');
      expect(served.log.toString()).toContain('checksums');
    });

    it('are checked like a download, whatever the lock file says of each', async () => {
      const sources = TYPES.map((type) => [type, { source: registry.sourceOf(type) }]);
      const all = JSON.stringify({ terraform: { required_providers: Object.fromEntries(sources) } });
      const made = await plan({ 'fixture.tf.json': all });
      const changes: Record<string, (entry: string) => string> = {
        fixture: (entry) => entry,
        bare: (entry) => entry.replace(/ *hashes = [^\]]*\]\n/, ''),
        archives: (entry) => entry.replace(/ *"h1:.*\n/, ''),
        strange: (entry) => entry.replace(/hashes = [^\]]*\]/, 'hashes = ["zz:anything"]'),
        foreign: (entry) => entry.replace(/h1:[^"]+/, `h1:${'A'.repeat(43)}=`),
      };
      const entries = readLockOf(made).split(/(?=^provider )/m);
      const typeOf = (entry: string) => /\/([a-z]+)"/.exec(entry)?.[1] ?? '';
      const text = entries.map((entry) => changes[typeOf(entry)]?.(entry) ?? entry).join('');
      const [served, , bytes] = await requestsOf(() => plan({ 'fixture.tf.json': all, [LOCK_FILE]: text }));
      expect([served.finish?.outcome, served.log.toString()]).toEqual(['succeeded', expect.anything()]);
      // Without a usable hash in the lock file, a package must come from the registry.
      const from = Object.fromEntries(
        served.finish?.providers?.map(({ address, source }) => [address.split('/')[2], source]) ?? [],
      );
      expect(from).toEqual({
        ...{ fixture: 'store', archives: 'store', foreign: 'store' },
        ...{ bare: 'registry', strange: 'registry' },
      });
      expect(bytes).toBeLessThan(2.1 * zipBytes);
    });

    it('belong to one organization, even if another has the same name and version', async () => {
      const serverUrl = `https://${registry.host}`;
      const planOf = async (organization: string, secret: string, files: Record<string, string> = {}) => {
        const runToken = { secret, serverUrl, aliases: [] };
        const served = harness.server.enqueue({ ...wish(files, { runToken }), phase: 'plan' });
        served.step.organization = { name: organization, id: `org-${organization}` };
        await served.finished;
        return served;
      };
      registry.token = 'of-one';
      const one = await planOf('one', 'of-one');
      registry.token = 'of-two';
      registry.publish('1.0.0', 'of two');
      const two = await planOf('two', 'of-two');
      expect([used(one), used(two)]).toEqual([['registry 1.0.0'], ['registry 1.0.0']]);
      expect(readLockOf(two)).not.toBe(readLockOf(one));
      expect(two.log.toString()).not.toContain('other contents');
      // Knowing the hash does not give access to the bytes.
      const curious = await planOf('two', 'of-two', { [LOCK_FILE]: readLockOf(one) });
      expect([curious.finish?.outcome, curious.log.toString()]).toEqual([
        'errored',
        expect.stringContaining('checksums'),
      ]);
      const stranger = await planOf('two', 'stolen', { [LOCK_FILE]: lock });
      expect(stranger.finish?.outcome).toBe('errored');
      // The registry now has other bytes, and the lock file asks for these.
      registry.token = 'of-one';
      const renewed = await planOf('one', 'of-one', { [LOCK_FILE]: readLockOf(two) });
      expect([used(renewed), renewed.log.toString()]).toEqual([
        ['registry 1.0.0'],
        expect.stringContaining('other contents than before'),
      ]);
      const again = await planOf('one', 'whatever', { [LOCK_FILE]: readLockOf(one) });
      expect([again.finish?.outcome, used(again)]).toEqual(['succeeded', ['store 1.0.0']]);
      registry.token = undefined;
      registry.publish('1.0.0');
    });

    it.each([
      ['JSON', true],
      ['text', false],
    ])(
      'are installed if the lock file lacks them, and the %s output does not show the failed first try',
      async (_what, structuredRunOutput) => {
        const files = { [LOCK_FILE]: '# nothing\n' };
        const served = await plan(files, { workspace: { structuredRunOutput } });
        expect(served.finish?.outcome).toBe('succeeded');
        expect(served.log.toString()).not.toMatch(/Inconsistent|not installed/);
      },
    );

    it('that somebody changed are noticed before they start', async () => {
      const file = storedProgram(harness, lock);
      chmodSync(file, 0o755);
      appendFileSync(file, '// changed\n');
      const served = await plan({ [LOCK_FILE]: lock });
      expect([served.finish?.outcome, used(served)]).toEqual(['succeeded', ['registry 1.0.0']]);
      expect(statSync(storedProgram(harness, lock)).mode & 0o777).toBe(0o555);
      const aside = readdirSync(join(harness.folder, 'providers', 'quarantine')).toSorted();
      expect(aside).toEqual([aside[0], `${aside[0]}.json`]);
      expect(harness.messages.join('\n')).toContain('is not what it was');
    });

    it('are chosen by version, and versions stay apart', async () => {
      registry.publish('2.0.0-beta.1');
      const use = JSON.parse(describeUse(registry.source)) as {
        terraform: { required_providers: { fixture: { version?: string } } };
      };
      use.terraform.required_providers.fixture.version = '2.0.0-beta.1';
      const served = await plan({ 'fixture.tf.json': JSON.stringify(use) });
      expect([served.finish?.outcome, used(served)]).toEqual(['succeeded', ['registry 2.0.0-beta.1']]);
      const stale = await plan({ 'fixture.tf.json': JSON.stringify(use), [LOCK_FILE]: lock });
      expect(stale.finish).toMatchObject({ outcome: 'errored' });
      expect(stale.log.toString()).toContain('does not match configured version');
    });

    it('can be used by many runs at once before they are stored', async () => {
      const many = await startHarness({ sandbox, slots: 4 });
      const [served, , bytes] = await requestsOf(
        async () =>
          await Promise.all(Array.from({ length: 4 }, () => many.execute({ ...wish(), phase: 'plan' }))),
      );
      expect(served.map(({ finish }) => finish?.outcome)).toEqual(Array(4).fill('succeeded'));
      expect(bytes).toBe(zipBytes);
      expect(readdirSync(join(many.folder, 'providers', 'staging'))).toEqual([]);
      await many.close();
    });

    it('stay for a waiting apply, and are downloaded for one that does not find them', async () => {
      const fresh = await startHarness({ sandbox });
      const { folder } = openProviderStore(join(fresh.folder, 'providers'), () => {});
      const evict = async () => await makeRoom(folder, { bytes: 0, freeBytes: 0 }, 0);
      const made = await fresh.execute({ ...wish(), phase: 'plan' });
      expect(await evict()).toEqual([]);
      const apply = async () =>
        await fresh.execute({
          ...{ ...wish(), phase: 'apply', plan: made.artifacts.get('plan-file') },
          ...{ folder: made.artifacts.get('plan-folder'), run: { id: made.step.run.id } },
        });
      const [waited, requests] = await requestsOf(apply);
      expect([waited.finish?.outcome, used(waited), requests]).toEqual(['succeeded', ['store 1.0.0'], 0]);
      expect(await evict()).toHaveLength(1);
      const late = await apply();
      expect([late.finish?.outcome, used(late)]).toEqual(['succeeded', ['registry 1.0.0']]);
      await fresh.close();
    });

    it('that are being downloaded are given up at once by a cancel', async () => {
      const fresh = await startHarness({ sandbox });
      registry.trouble = { bytesPerSecond: 20_000 };
      const served = fresh.server.enqueue({ ...wish(), phase: 'plan' });
      const before = registry.archiveBytes;
      await until(() => registry.archiveBytes > before);
      served.signal = 'interrupt';
      expect(await served.finished).toMatchObject({ outcome: 'canceled' });
      expect(registry.archiveBytes - before).toBeLessThan(zipBytes);
      registry.trouble = undefined;
      expect(readdirSync(join(fresh.folder, 'providers', 'packages'))).toEqual([]);
      await fresh.close();
    });
  });
}

/** The program of the package that the lock file names. */
function storedProgram(harness: Harness, lock: string): string {
  const folder = join(harness.folder, 'providers', 'packages', storedName(/h1:[^"]+/.exec(lock)?.[0] ?? ''));
  const [program = ''] = readdirSync(folder).filter((name) => name.startsWith('terraform-'));
  return join(folder, program);
}
