import { refuse } from '../http/refusal.ts';

const EXPECTED = 'a public OpenPGP key is expected, as `gpg --armor --export KEY` writes it';
const POINTER = '/data/attributes/ascii-armor';

/**
 * @returns the id by which terraform knows the key: 16 hexadecimal digits in capitals
 * @throws 422 the text is no public key, more than one, or a key that cannot sign
 */
export async function readKeyId(asciiArmor: string): Promise<string> {
  if (/PRIVATE KEY BLOCK/.test(asciiArmor))
    refuse('unprocessable', `This is a private key, which nobody else should have: ${EXPECTED}.`, POINTER);
  const { readKeys } = await import('openpgp');
  const keys = await readKeys({ armoredKeys: asciiArmor }).catch((error: unknown) =>
    refuse('unprocessable', `The key cannot be read (${reasonOf(error)}): ${EXPECTED}.`, POINTER),
  );
  const [key] = keys;
  if (key === undefined || keys.length > 1)
    refuse('unprocessable', `There are ${keys.length} keys in it: give each by itself.`, POINTER);
  if (key.isPrivate()) refuse('unprocessable', `This is a private key: ${EXPECTED}.`, POINTER);
  await key
    .getSigningKey()
    .catch((error: unknown) =>
      refuse('unprocessable', `Nothing can be signed with this key: ${reasonOf(error)}.`, POINTER),
    );
  return key.getKeyID().toHex().toUpperCase();
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300);
