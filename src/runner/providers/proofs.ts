/** The note of an init about one provider that it has fetched. */
export interface Proof {
  /** The address as the engine shows it: without the host for the engine's own registry. */
  shownAddress: string;
  version: string;
  /** `signed by HashiCorp`, `self-signed, key ID …`, `verified checksum`, `unauthenticated`. */
  words: string;
}

const INSTALLED = /Installed (?:provider version: )?([\w.:-]+(?:\/[\w.-]+){1,2}) v(\S+) \(([^()]{1,200})\)/g;

/** Reads the text, or the JSON lines, that an init prints. */
export function readProofs(text: string): Proof[] {
  return [...text.matchAll(INSTALLED)].map(([, shownAddress = '', version = '', words = '']) => ({
    shownAddress,
    version,
    // In the wording of the text output.
    words: words.replace(/(?<=\S)\s*key_id: /, ', key ID '),
  }));
}

/** The registry vouches for the package with a signature; the registry decides whose. */
export const isSigned = (words: string): boolean => /^(self-)?signed(?![a-z])/.test(words);

/** The package has a hash that its source lists. */
export const isVerified = (words: string): boolean => /^verified checksum/.test(words);

export function findProof(proofs: readonly Proof[], address: string, version: string): Proof | undefined {
  return proofs.find(
    (proof) =>
      proof.version === version &&
      (proof.shownAddress === address || address.endsWith(`/${proof.shownAddress}`)),
  );
}
