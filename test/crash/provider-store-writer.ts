/** Stores packages in the given folder, one after the other, and prints each stored one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashPackage, listPackage } from '../../src/runner/providers/package-files.ts';
import { storePackage } from '../../src/runner/providers/populate.ts';
import { openProviderStore } from '../../src/runner/providers/provider-store.ts';

const [root = '', start = '0'] = process.argv.slice(2);
const store = openProviderStore(path.join(root, 'store'), () => {});
for (let index = Number(start); ; index += 1) {
  const folder = path.join(root, `package-${index}`);
  mkdirSync(path.join(folder, 'docs'), { recursive: true });
  for (let part = 0; part < 20; part += 1)
    writeFileSync(path.join(folder, 'docs', `${part}`), `${index}.${part} `.repeat(5_000));
  writeFileSync(path.join(folder, 'run'), `#!/bin/sh\n# ${index}\n`, { mode: 0o755 });
  const name = {
    ...{ host: 'a.test', namespace: 'a', type: 'b', platform: 'linux_amd64' },
    version: `1.0.${index}`,
  };
  const hashes = [await hashPackage(folder, await listPackage(folder))];
  const origin = { name, hashes, signedArchives: [], proof: 'signed' };
  const fetchedBy = { organization: 'o', run: 'r' };
  const held = await storePackage(store, ['one'], folder, { ...origin, fetchedBy }, () => Promise.resolve());
  held.release();
  process.stdout.write(`${index}\n`);
}
