import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in the form that clients know (api-contract §5.8). Shown once, never stored. */
export function newOpaqueToken(): string {
  const text = randomBytes(60).toString('base64url').replaceAll(/[-_]/g, 'x');
  return `${text.slice(0, 14)}.atlasv1.${text.slice(14, 81)}`;
}

/** The hash that is stored and looked up instead of a secret. A secret of 256 random bits needs no slow hash. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
