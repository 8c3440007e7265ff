import { findSigners, KEY_BLOCK } from '../../releases/signature.ts';

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
  const found = await findSigners(sums, signature, armoredKeys);
  if ('problem' in found)
    throw new UntrustedRelease(`the checksums are not signed by the trusted key: ${found.problem}`);
  const digests = new Map<string, string>();
  for (const line of Buffer.from(sums).toString('utf8').split('\n')) {
    const [digest = '', name = ''] = line.trim().split(/\s+\*?/);
    if (/^[0-9a-f]{64}$/.test(digest)) digests.set(name, digest);
  }
  return { digests, signers: found.signers };
}
