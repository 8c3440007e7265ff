import type { Kysely } from 'kysely';
import { addressOf, namePackage, type PackageName } from '../../protocol/package-name.ts';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import type { MirroredProvider } from './document.ts';
import { describeName } from './name-problem.ts';

const record = recorderOf('mirrored-providers');

export async function listMirrored(
  { db }: Platform,
  organizationId: string,
  text: string | undefined,
  page: Page,
): Promise<{ providers: MirroredProvider[]; totalCount: number }> {
  let query = db.selectFrom('mirrored_provider').where('organization_id', '=', organizationId);
  if (text)
    query = query.where(({ eb, or }) =>
      or([eb('namespace', 'ilike', containing(text)), eb('type', 'ilike', containing(text))]),
    );
  const { count } = await query
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const providers = await query
    .selectAll()
    .orderBy('host')
    .orderBy('namespace')
    .orderBy('type')
    .orderBy('version')
    .orderBy('platform')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { providers, totalCount: count };
}

/** @throws 422 terraform would never request it */
export function readName(given: PackageName): PackageName {
  const { host, namespace, type, version, platform } = given;
  const name = namePackage(`${host}/${namespace}/${type}`, version, platform);
  if (name === undefined || host.includes(':') || host === 'terraform.io')
    refuse('unprocessable', `The provider cannot be mirrored: ${describeName(given)}.`);
  return name;
}

/** @throws 404 when it does not exist, or the caller may not do this in its organization */
export async function readMirrored(
  db: Kysely<Database>,
  caller: Caller,
  id: string,
  permission: 'read-registry' | 'manage-providers',
): Promise<{ provider: MirroredProvider; organization: string }> {
  const found = await db
    .selectFrom('mirrored_provider')
    .innerJoin('organization', 'organization.id', 'mirrored_provider.organization_id')
    .selectAll('mirrored_provider')
    .select('organization.name as organization_name')
    .where('mirrored_provider.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) refuse('not_found');
  await requireInOrganization(db, caller, found.organization_id, permission);
  const { organization_name: organization, ...provider } = found;
  return { provider, organization };
}

/** Runs that already have it continue with it. @throws 404 as {@link readMirrored} */
export async function deleteMirrored({ db }: Platform, caller: Caller, id: string): Promise<void> {
  const { provider } = await readMirrored(db, caller, id, 'manage-providers');
  await transact(db, async (tx) => {
    (await tx.deleteFrom('mirrored_provider').where('id', '=', id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    const { version, platform } = provider;
    await record(tx, caller, provider, 'destroy', {
      before: { address: addressOf(provider), version, platform },
    });
  });
}
