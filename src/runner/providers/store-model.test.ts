/** Random sequences of operations on a store, checked against the few rules that always hold. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeRoom } from './evict.ts';
import { hashPackage, listPackage } from './package-files.ts';
import { storePackage } from './populate.ts';
import { openProviderStore, type HeldPackage, type ProviderStore } from './provider-store.ts';
import { makeStoreFolder } from './store-folder.ts';
import { tidyStore } from './tidy.ts';

const version = fc.constantFrom('1.0.0', '2.0.0');
const content = fc.constantFrom('one', 'two');
const happening = fc.oneof(
  fc.record({ what: fc.constant('store' as const), version, content }),
  fc.record({ what: fc.constant('hold' as const), version }),
  fc.record({ what: fc.constant('release' as const) }),
  fc.record({ what: fc.constant('tamper' as const), version }),
  fc.record({ what: fc.constant('evict' as const) }),
  fc.record({ what: fc.constant('crash' as const) }),
  fc.record({ what: fc.constant('start' as const) }),
);

class World {
  readonly root = mkdtempSync(join(tmpdir(), 'runwright-model-'));
  readonly store: ProviderStore = openProviderStore(join(this.root, 'store'), () => {});
  readonly held: HeldPackage[] = [];
  /** For each version, the hashes that have been stored and were neither evicted nor damaged. */
  readonly kept = new Map<string, Set<string>>();
  count = 0;

  name = (of: string) => ({
    host: 'a.test',
    namespace: 'a',
    type: 'b',
    version: of,
    platform: 'linux_amd64',
  });
  of = (text: string) => this.kept.get(text) ?? new Set<string>();

  async storeOne(of: string, text: string): Promise<void> {
    const folder = join(this.root, `package-${this.count++}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'run'), `${of} ${text}`, { mode: 0o755 });
    const h1 = await hashPackage(folder, await listPackage(folder));
    const fetchedBy = { organization: 'o', run: 'r' };
    const origin = { name: this.name(of), hashes: [h1], signedArchives: [], proof: 'signed', fetchedBy };
    const held = await storePackage(this.store, ['one'], folder, origin, () => Promise.resolve());
    expect(held.meta.h1).toBe(h1);
    held.release();
    this.kept.set(of, this.of(of).add(h1));
  }

  /** Every package that can be held has its hash; every package that was kept can be held. */
  async holdAll(of: string): Promise<void> {
    const found = await this.store.find(['one'], this.name(of));
    for (const meta of found) {
      const held = await this.store.hold(meta);
      expect([meta.h1, held !== undefined]).toEqual([meta.h1, this.of(of).has(meta.h1)]);
      if (held === undefined) continue;
      expect(await hashPackage(held.folder, await listPackage(held.folder))).toBe(meta.h1);
      this.held.push(held);
    }
    const names = new Set(found.map(({ h1 }) => h1));
    for (const h1 of this.of(of)) expect(names).toContain(h1);
  }

  /** Acts as somebody with write access. Held packages are not checked again, so they are left alone. */
  async tamper(of: string): Promise<void> {
    for (const meta of await this.store.find(['one'], this.name(of))) {
      if (this.held.some((held) => held.meta.h1 === meta.h1)) continue;
      const held = await this.store.hold(meta);
      if (held === undefined) continue;
      held.release();
      const file = join(held.folder, 'run');
      chmodSync(file, 0o755);
      writeFileSync(file, 'something else');
      this.of(of).delete(meta.h1);
    }
  }

  async evict(): Promise<void> {
    await makeRoom(this.store.folder, { bytes: 0, freeBytes: 0 }, 0);
    const inUse = new Set(this.held.map(({ meta }) => meta.h1));
    for (const hashes of this.kept.values()) for (const h1 of hashes) if (!inUse.has(h1)) hashes.delete(h1);
  }

  /** The remains of a killed process: half a package in staging, and one half removed. */
  crash(): void {
    const left = join(this.store.folder.staging, `dead-${this.count++}`);
    mkdirSync(join(left, 'package'), { recursive: true });
    writeFileSync(join(left, 'package', 'run'), 'hal');
    writeFileSync(`${left}.lock`, '');
    mkdirSync(join(this.store.folder.trash, `half-${this.count++}`));
  }
}

test('after any operations, a store gives only whole packages, and gives all that it keeps', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 20 }), async (happenings) => {
      const world = new World();
      await makeStoreFolder(join(world.root, 'store'));
      try {
        for (const one of happenings) {
          if (one.what === 'store') await world.storeOne(one.version, one.content);
          if (one.what === 'hold') await world.holdAll(one.version);
          if (one.what === 'release') world.held.pop()?.release();
          if (one.what === 'tamper') await world.tamper(one.version);
          if (one.what === 'evict') await world.evict();
          if (one.what === 'crash') world.crash();
          if (one.what === 'start') {
            await tidyStore(world.store.folder, () => {});
            expect(readdirSync(world.store.folder.staging)).toEqual([]);
            expect(readdirSync(world.store.folder.trash)).toEqual([]);
          }
        }
        for (const each of ['1.0.0', '2.0.0']) await world.holdAll(each);
      } finally {
        for (const held of world.held) held.release();
        rmSync(world.root, { recursive: true, force: true });
      }
    }),
    { numRuns: 25 },
  );
});
