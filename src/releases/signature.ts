export const KEY_BLOCK = /-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/**
 * Checks a detached, binary OpenPGP signature. Every signature must be by one of the keys, valid when it was made. The
 * keys are tried one by one: of several with the same id, as an expired key and its renewal are, OpenPGP.js uses only
 * the first.
 *
 * @returns the ids of the keys that signed, 16 hexadecimal digits in capitals; or why the bytes are not signed so
 */
export async function findSigners(
  bytes: Uint8Array,
  signature: Uint8Array,
  armoredKeys: string,
): Promise<{ signers: string[] } | { problem: string }> {
  // It is as large as the rest of the runner, and seldom needed.
  const { createMessage, readKeys, readSignature, verify } = await import('openpgp');
  const reasons = new Set<string>();
  const signers = new Set<string>();
  try {
    const { packets } = await readSignature({ binarySignature: signature });
    const isValid = packets.map(() => false);
    for (const block of armoredKeys.match(KEY_BLOCK) ?? []) {
      for (const key of await readKeys({ armoredKeys: block })) {
        const message = await createMessage({ binary: bytes });
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
    else if (isValid.every(Boolean)) return { signers: [...signers] };
  } catch (error) {
    reasons.add(error instanceof Error ? error.message : String(error));
  }
  return { problem: ([...reasons].join('; ') || 'there is no public key').slice(0, 500) };
}

/** @returns why {@link findSigners} finds none; undefined when it finds them */
export async function findForgery(
  bytes: Uint8Array,
  signature: Uint8Array,
  armoredKeys: string,
): Promise<string | undefined> {
  const found = await findSigners(bytes, signature, armoredKeys);
  return 'problem' in found ? found.problem : undefined;
}
