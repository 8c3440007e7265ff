import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import type { Caller } from './caller.ts';

/** The one place that decides whether a caller may know of an organization and what is in it. */
export async function canSeeOrganization(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string,
): Promise<boolean> {
  switch (caller.kind) {
    case 'agent':
      return false;
    case 'organization':
      return caller.organizationId === organizationId;
    case 'user': {
      if (caller.isSiteAdmin) return true;
      const member = await db
        .selectFrom('organization_member')
        .select('user_id')
        .where('organization_id', '=', organizationId)
        .where('user_id', '=', caller.userId)
        .executeTakeFirst();
      return member !== undefined;
    }
  }
}

/** What is not there and what the caller may not see are answered alike: 404. */
export async function requireOrganization(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string | undefined,
): Promise<string> {
  if (organizationId === undefined || !(await canSeeOrganization(db, caller, organizationId)))
    refuse('not_found');
  return organizationId;
}

/** Runs, configurations and states are made by people: an organization's token gets 404 (api-contract §1.1). */
export function requireUser(caller: Caller): asserts caller is Extract<Caller, { kind: 'user' }> {
  if (caller.kind !== 'user') refuse('not_found');
}
