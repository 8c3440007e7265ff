/** What an init says of one provider that it has fetched. */
export interface Proof {
  /** As it shows it: without the host when that is the engine's own registry. */
  shownAddress: string;
  version: string;
  /** `signed by HashiCorp`, `self-signed, key ID …`, `verified checksum`, `unauthenticated`. */
  words: string;
}

const INSTALLED = /Installed (?:provider version: )?([\w.:-]+(?:\/[\w.-]+){1,2}) v(\S+) \(([^()]{1,200})\)/g;

/** Of the text, or of the JSON lines, that an init prints. */
export function readProofs(text: string): Proof[] {
  return [...text.matchAll(INSTALLED)].map(([, shownAddress = '', version = '', words = '']) => ({
    shownAddress,
    version,
    // As the text for people has it.
    words: words.replace(/(?<=\S)\s*key_id: /, ', key ID '),
  }));
}

/** The registry vouches for it with a signature; whose, is the registry's to say. */
export const isSigned = (words: string): boolean => /^(self-)?signed(?![a-z])/.test(words);

/** It has a hash that its source names. */
export const isVerified = (words: string): boolean => /^verified checksum/.test(words);

export function findProof(proofs: readonly Proof[], address: string, version: string): Proof | undefined {
  return proofs.find(
    (proof) =>
      proof.version === version &&
      (proof.shownAddress === address || address.endsWith(`/${proof.shownAddress}`)),
  );
}
