/** The file was not signed by the trusted key, has other signatures too, or holds something else than it promises. */
export class UntrustedRelease extends Error {
  override name = 'UntrustedRelease';
}

export interface SignedSums {
  /** SHA-256 in hexadecimal by name of a file. */
  digests: ReadonlyMap<string, string>;
  /** Ids of the keys that signed, 16 hexadecimal digits in capitals. */
  signers: string[];
}

const KEY_BLOCK = /-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/** Whether the text holds at least one armored public key. */
export const holdsPublicKey = (text: string): boolean => text.match(KEY_BLOCK) !== null;

/**
 * Reads a SHA256SUMS text after checking its detached, binary OpenPGP signature against `armoredKeys` (threats T30).
 * Errors: {@link UntrustedRelease}.
 */
export async function readSignedSums(
  sums: Uint8Array,
  signature: Uint8Array,
  armoredKeys: string,
): Promise<SignedSums> {
  const signers = await checkSignature(sums, signature, armoredKeys);
  const digests = new Map<string, string>();
  for (const line of Buffer.from(sums).toString('utf8').split('\n')) {
    const [digest = '', name = ''] = line.trim().split(/\s+\*?/);
    if (/^[0-9a-f]{64}$/.test(digest)) digests.set(name, digest);
  }
  return { digests, signers };
}

/**
 * Every signature must be by one of the keys, valid when it was made. The keys are tried one by one: of several with
 * the same id, as an expired key and its renewal are, OpenPGP.js uses only the first.
 */
async function checkSignature(
  sums: Uint8Array,
  signature: Uint8Array,
  armoredKeys: string,
): Promise<string[]> {
  // It is as large as the rest of the runner, and seldom needed.
  const { createMessage, readKeys, readSignature, verify } = await import('openpgp');
  const reasons = new Set<string>();
  const signers = new Set<string>();
  try {
    const { packets } = await readSignature({ binarySignature: signature });
    const isValid = packets.map(() => false);
    for (const block of armoredKeys.match(KEY_BLOCK) ?? []) {
      for (const key of await readKeys({ armoredKeys: block })) {
        const message = await createMessage({ binary: sums });
        const parsed = await readSignature({ binarySignature: signature });
        const { signatures } = await verify({ message, signature: parsed, verificationKeys: key });
        for (const [index, each] of signatures.entries())
          await each.verified.then(
            () => {
              isValid[index] = true;
              signers.add(key.getKeyID().toHex().toUpperCase());
            },
            (error: unknown) => reasons.add(error instanceof Error ? error.message : String(error)),
          );
      }
    }
    if (isValid.length === 0) reasons.add('there is no signature');
    else if (isValid.every(Boolean)) return [...signers];
  } catch (error) {
    reasons.add(error instanceof Error ? error.message : String(error));
  }
  throw new UntrustedRelease(
    `the checksums are not signed by the trusted key: ${[...reasons].join('; ') || 'there is no public key'}`,
  );
}
