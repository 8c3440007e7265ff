import { sql, type Kysely } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';

/** A change of a resource with the state version that made it. */
export interface ResourceChange {
  change: Row<'resource_change'>;
  version: Row<'state_version'>;
}

/**
 * A page of the changes by state versions to the resources of a workspace, newest first. The caller has checked who may
 * see it.
 *
 * @param address that of one resource; empty: all resources
 * @param part a part of the address
 */
export async function listResourceChanges(
  db: Kysely<Database>,
  workspaceId: string,
  { address, part }: { address: string; part: string },
  page: Page,
): Promise<{ changes: ResourceChange[]; totalCount: number }> {
  const all = db
    .selectFrom('resource_change')
    .where('workspace_id', '=', workspaceId)
    .$if(address !== '', (some) =>
      some.where(sql<boolean>`md5(address) = md5(${address})`).where('address', '=', address),
    )
    .$if(part !== '', (some) => some.where('address', 'ilike', containing(part)));
  const { rows, totalCount } = await readPage(all.selectAll().orderBy('sequence', 'desc'), page);
  const ids = [...new Set(rows.map(({ state_version_id }) => state_version_id))];
  const versions =
    ids.length === 0 ? [] : await db.selectFrom('state_version').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(versions.map((version) => [version.id, version]));
  const changes = rows.flatMap((change) => {
    // The workspace may have been deleted meanwhile.
    const version = byId.get(change.state_version_id);
    return version === undefined ? [] : [{ change, version }];
  });
  return { changes, totalCount };
}
