const KEY_BLOCK = /-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/** Whether the text holds at least one armored public key. */
export const holdsPublicKey = (text: string): boolean => text.match(KEY_BLOCK) !== null;

/**
 * Checks a detached, binary OpenPGP signature. Every signature must be by one of the keys, valid when it was made. The
 * keys are tried one by one: of several with the same id, as an expired key and its renewal are, OpenPGP.js uses only
 * the first.
 *
 * @returns why the bytes are not signed so; undefined when they are
 */
export async function findForgery(
  bytes: Uint8Array,
  signature: Uint8Array,
  armoredKeys: string,
): Promise<string | undefined> {
  // It is as large as the rest of the runner, and seldom needed.
  const { createMessage, readKeys, readSignature, verify } = await import('openpgp');
  const reasons = new Set<string>();
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
            () => (isValid[index] = true),
            (error: unknown) => reasons.add(error instanceof Error ? error.message : String(error)),
          );
      }
    }
    if (isValid.length === 0) reasons.add('there is no signature');
    else if (isValid.every(Boolean)) return undefined;
  } catch (error) {
    reasons.add(error instanceof Error ? error.message : String(error));
  }
  return ([...reasons].join('; ') || 'there is no public key').slice(0, 500);
}
