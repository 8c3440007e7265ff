import type { Platform } from '../context.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import type { Entry } from './document.ts';

/** In the order they were written, so that a full page never changes. @param since only entries made after it */
export async function listEntries(
  { db }: Platform,
  organizationId: string,
  since: Date | null,
  page: Page,
): Promise<{ entries: Entry[]; totalCount: number }> {
  let query = db.selectFrom('audit_entry').where('audit_entry.organization_id', '=', organizationId);
  if (since !== null) query = query.where('audit_entry.created_at', '>', since);
  const { count } = await query
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const entries = await query
    .leftJoin('users', 'users.id', 'audit_entry.user_id')
    .leftJoin('organization', 'organization.id', 'audit_entry.organization_id')
    .selectAll('audit_entry')
    .select(['users.username', 'organization.name as organization_name'])
    .orderBy('audit_entry.sequence')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { entries, totalCount: count };
}
