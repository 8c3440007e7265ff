import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from './secret-key.ts';
import type { SealedColumn } from './sealed-columns.ts';

/**
 * Encrypts values that must not be readable in a stolen database (threat T12). Each value has a key of its own, which
 * is itself encrypted with the server's: both with AES-256-GCM, and both bound to their column and row. Stored as
 * `rw1.<key id>.<base64url>`.
 */
export interface Sealer {
  /** The key with which new values are sealed. */
  readonly keyId: string;
  seal(text: string, column: SealedColumn, rowId: string): string;
  /** @throws SealedValueProblem */
  open(sealed: string, column: SealedColumn, rowId: string): string;
  hasKey(keyId: string): boolean;
}

/** A stored secret that cannot be read: its key is not configured here, or its bytes have changed. */
export class SealedValueProblem extends Error {
  override readonly name = 'SealedValueProblem';
}

export const SEALED_PREFIX = 'rw1.';
const SEALED = /^rw1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/;
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** @param keys the first seals, all open */
export function createSealer(keys: readonly [SecretKey, ...SecretKey[]]): Sealer {
  const [current] = keys;
  const byId = new Map(keys.map((key) => [key.id, key.sealing]));
  return {
    keyId: current.id,
    seal(text, column, rowId) {
      const place = Buffer.from(`${column}\n${rowId}`);
      const valueKey = randomBytes(KEY_BYTES);
      const wrapped = encrypt(current.sealing, valueKey, place);
      const bytes = Buffer.concat([wrapped, encrypt(valueKey, Buffer.from(text), place)]);
      return `${SEALED_PREFIX}${current.id}.${bytes.toString('base64url')}`;
    },
    open(sealed, column, rowId) {
      const [, keyId = '', text = ''] = SEALED.exec(sealed) ?? [];
      const key = byId.get(keyId);
      if (key === undefined) {
        throw new SealedValueProblem(
          keyId === ''
            ? `the value in ${column} of ${rowId} is not a sealed one`
            : `the key ${keyId} of the value in ${column} of ${rowId} is not among the keys of this server`,
        );
      }
      const bytes = Buffer.from(text, 'base64url');
      const place = Buffer.from(`${column}\n${rowId}`);
      try {
        const valueKey = decrypt(key, bytes.subarray(0, WRAPPED_BYTES), place);
        return decrypt(valueKey, bytes.subarray(WRAPPED_BYTES), place).toString();
      } catch {
        throw new SealedValueProblem(
          `the value in ${column} of ${rowId} was damaged, or moved from another row`,
        );
      }
    },
    hasKey: (keyId) => byId.has(keyId),
  };
}

/** The key id in a stored value; undefined when it is not a sealed one. */
export const sealedKeyId = (sealed: string): string | undefined => SEALED.exec(sealed)?.[1];

function encrypt(key: Buffer, bytes: Buffer, place: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(place);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, bytes: Buffer, place: Buffer): Buffer {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(place);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
