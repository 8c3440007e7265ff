/** The file was not signed by the trusted key, or has other signatures too. */
export class UntrustedRelease extends Error {
  override name = 'UntrustedRelease';
}

/**
 * Finds the SHA-256 of `fileName` in a SHA256SUMS text after checking its detached, binary OpenPGP signature against
 * `armoredKeys` (threats T30). Errors: {@link UntrustedRelease}.
 */
export async function readSignedChecksum(
  sums: Uint8Array,
  signature: Uint8Array,
  armoredKeys: string,
  fileName: string,
): Promise<string> {
  await checkSignature(sums, signature, armoredKeys);
  for (const line of Buffer.from(sums).toString('utf8').split('\n')) {
    const [digest, name] = line.trim().split(/\s+\*?/);
    if (name === fileName && digest !== undefined && /^[0-9a-f]{64}$/.test(digest)) return digest;
  }
  throw new UntrustedRelease(`the signed checksums do not name ${fileName}`);
}

async function checkSignature(sums: Uint8Array, signature: Uint8Array, armoredKeys: string): Promise<void> {
  // It is as large as the rest of the runner, and seldom needed.
  const { createMessage, readKeys, readSignature, verify } = await import('openpgp');
  try {
    const result = await verify({
      message: await createMessage({ binary: sums }),
      signature: await readSignature({ binarySignature: signature }),
      verificationKeys: await readKeys({ armoredKeys }),
    });
    if (result.signatures.length === 0) throw new Error('there is no signature');
    for (const each of result.signatures) await each.verified;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UntrustedRelease(`the checksums are not signed by the trusted key: ${reason}`, {
      cause: error,
    });
  }
}
