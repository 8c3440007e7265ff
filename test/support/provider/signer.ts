/** A throw-away OpenPGP key and its signatures. */
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';

export type Signer = Awaited<ReturnType<typeof newSigner>>;

/** @param isQuick makes the key at once, of a kind that terraform does not support */
export async function newSigner({ isQuick = false } = {}) {
  const { privateKey, publicKey } = await generateKey({
    ...(isQuick ? { type: 'curve25519' as const } : { type: 'rsa' as const, rsaBits: 2048 }),
    userIDs: [{ name: 'Fixtures' }],
    format: 'armored',
    // Terraform's check does not know preferences for modern ciphers.
    config: { v6Keys: false },
  });
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  return {
    id: signingKeys.getKeyID().toHex().toUpperCase(),
    publicKey,
    async sign(text: string): Promise<Buffer> {
      const message = await createMessage({ binary: Buffer.from(text) });
      return Buffer.from(await sign({ message, signingKeys, detached: true, format: 'binary' }));
    },
  };
}
