import { generateKey, readKey, reformatKey, readPrivateKey, createMessage, sign } from 'openpgp';
import { expect, it } from 'vitest';
import { makeSigner, signDetached } from '../../../test/support/release-site.ts';
import { holdsPublicKey, readSignedSums } from './signed-sums.ts';
import { HASHICORP_RELEASE_KEY } from '../engines/hashicorp-release-key.ts';
import { OPENTOFU_RELEASE_KEY } from '../engines/opentofu-release-key.ts';

const DIGEST = 'ab'.repeat(32);
const SUMS = Buffer.from(`${DIGEST}  a.zip\n${'cd'.repeat(32)} *b.tar.gz\nshort  c.zip\n`);
const DAY_MS = 24 * 3600_000;

it('the built-in keys are those that their makers publish, and none has expired without a renewal', async () => {
  const blocks = (text: string) => text.split(/(?=-----BEGIN)/);
  const terraform = await Promise.all(
    blocks(HASHICORP_RELEASE_KEY).map((armoredKey) => readKey({ armoredKey })),
  );
  expect(terraform.map((key) => key.getFingerprint())).toEqual([
    'c874011f0ab405110d02105534365d9472d7468f',
    'c874011f0ab405110d02105534365d9472d7468f',
  ]);
  expect(await Promise.all(terraform.map((key) => key.getExpirationTime()))).toEqual([
    new Date('2026-04-18T21:50:17Z'),
    new Date('2030-03-01T23:14:24Z'),
  ]);
  const opentofu = await readKey({ armoredKey: OPENTOFU_RELEASE_KEY });
  expect(opentofu.getFingerprint()).toBe('e3e6e43d84cb852eadb0051d0c0af313e5fd9f80');
  expect(await opentofu.getExpirationTime()).toBe(Infinity);
});

it('a key and its renewal are both used, each for the signatures of its time', async () => {
  const now = Date.now();
  const userIDs = [{ name: 'Site' }];
  const made = await generateKey({
    ...{
      userIDs,
      date: new Date(now - 100 * DAY_MS),
      keyExpirationTime: (50 * DAY_MS) / 1000,
      format: 'armored',
    },
  });
  const privateKey = await readPrivateKey({ armoredKey: made.privateKey });
  const renewed = await reformatKey({
    ...{ privateKey, userIDs, date: new Date(now - 10 * DAY_MS), format: 'object', keyExpirationTime: 0 },
  });
  const signOf = async (key: typeof privateKey, date: Date) => {
    const message = await createMessage({ binary: SUMS });
    const signature = await sign({ message, signingKeys: key, detached: true, format: 'binary', date });
    return Buffer.from(signature as Uint8Array);
  };
  const [early, late] = [
    await signOf(privateKey, new Date(now - 90 * DAY_MS)),
    await signOf(renewed.privateKey, new Date(now - DAY_MS)),
  ];
  const keys = `${made.publicKey}\n${renewed.publicKey.armor()}`;
  for (const signature of [early, late])
    expect((await readSignedSums(SUMS, signature, keys)).digests.get('a.zip')).toBe(DIGEST);
  await expect(readSignedSums(SUMS, late, made.publicKey)).rejects.toThrow('key is expired');
  await expect(readSignedSums(SUMS, early, renewed.publicKey.armor())).rejects.toThrow(
    'not signed by the trusted key',
  );
});

it('only whole digests are read, and only of checksums that one of the keys has signed', async () => {
  const [one, other] = [await makeSigner(), await makeSigner()];
  const signature = await signDetached(SUMS.toString(), one);
  const read = async (keys: string) => await readSignedSums(SUMS, signature, keys);
  const { digests, signers } = await read(`${other.publicKey}\n${one.publicKey}`);
  expect([...digests.keys()]).toEqual(['a.zip', 'b.tar.gz']);
  expect(signers).toEqual([one.privateKey.getKeyID().toHex().toUpperCase()]);
  await expect(read(other.publicKey)).rejects.toThrow('not signed');
  await expect(read('no key')).rejects.toThrow('there is no public key');
  expect([holdsPublicKey(one.publicKey), holdsPublicKey('no key')]).toEqual([true, false]);
});

it('a file with a signature that nobody trusts beside the trusted one is refused', async () => {
  const [one, other] = [await makeSigner(), await makeSigner()];
  const both = Buffer.concat([
    await signDetached(SUMS.toString(), one),
    await signDetached(SUMS.toString(), other),
  ]);
  await expect(readSignedSums(SUMS, both, one.publicKey)).rejects.toThrow('not signed');
  const keys = `${one.publicKey}${other.publicKey}`;
  expect((await readSignedSums(SUMS, both, keys)).signers).toHaveLength(2);
});
