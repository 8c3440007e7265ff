import * as z from 'zod';

/** A name that terraform accepts in the source of a module. */
export const ModuleName = z
  .string({ error: 'must be a text' })
  .regex(
    /^[0-9A-Za-z](?:[0-9A-Za-z_-]{0,62}[0-9A-Za-z])?$/,
    'has letters, digits, "-" and "_", at most 64, and begins and ends with a letter or digit',
  );

/** A name that terraform accepts in the source of a module or a provider, which is always in small letters. */
export const ProviderName = z
  .string({ error: 'must be a text' })
  .regex(
    /^[0-9a-z](?:[0-9a-z_-]{0,62}[0-9a-z])?$/,
    'has small letters, digits, "-" and "_", at most 64, and begins and ends with a letter or digit',
  );

const here = 'must be "private": what is in the public registry is used from there, and needs no entry here';
export const RegistryName = z.literal('private', { error: here }).optional();
