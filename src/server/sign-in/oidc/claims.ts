import type { OidcSettings } from '../../config.ts';

/** Further groups are cut: no person is in so many, and each is looked up. */
const MAX_GROUPS = 500;
const MAX_TEXT = 255;

/** A person as a provider knows them. */
export interface Person {
  issuer: string;
  /** The person's permanent id at this issuer; addresses and names may change. */
  subject: string;
  email: string | undefined;
  /** True only if the provider states it expressly. */
  isEmailVerified: boolean;
  wantedName: string | undefined;
  /** undefined: the provider sends no groups, which differs from an empty list. */
  groups: readonly string[] | undefined;
}

export function claimsOf(claims: Readonly<Record<string, unknown>>, { groupsClaim }: OidcSettings): Person {
  const text = (name: string): string | undefined => {
    const value = claims[name];
    return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
  };
  const email = text('email');
  return {
    issuer: String(claims['iss']),
    subject: String(claims['sub']),
    email: email !== undefined && /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined,
    // A provider that has not checked the address sends "true" as a text.
    isEmailVerified: claims['email_verified'] === true,
    wantedName: text('preferred_username') ?? text('nickname'),
    groups: groupsOf(claims, groupsClaim),
  };
}

/** Finds groups by the name of the claim, or by a JSON pointer to it. */
function groupsOf(claims: Readonly<Record<string, unknown>>, claim: string): readonly string[] | undefined {
  const path = claim.startsWith('/')
    ? claim
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [claim];
  let value: unknown = claims;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return undefined;
  return value.filter((group) => typeof group === 'string').slice(0, MAX_GROUPS);
}
