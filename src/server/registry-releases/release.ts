import type { Tx } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { refuse } from '../http/refusal.ts';

/**
 * Remembers the digest of each published name and version for good: a client that got a version must never get anything
 * else under it, not even after it was deleted.
 *
 * @param name with the version in it, `modules/network/aws/1.0.0`: it is unique in each organization
 * @param digest SHA-256 of the archive
 * @throws 409 other bytes were published under it
 */
export async function claimRelease(
  tx: Tx,
  organizationId: string,
  name: string,
  digest: string,
): Promise<void> {
  await tx
    .insertInto('registry_release')
    .values({ organization_id: organizationId, name, digest })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const release = await tx
    .selectFrom('registry_release')
    .select('digest')
    .where('organization_id', '=', organizationId)
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  if (release.digest === digest) return;
  refuse(
    'conflict',
    `${name} was published before with other bytes (SHA-256 ${release.digest}, now ${digest}), and a version never changes: publish the next version.`,
  );
}

/** Refuses the failed creation of a version. @throws 422 if the version exists already, or `error` itself */
export function refuseTakenVersion(error: unknown, version: string, name: string): never {
  if (!isUniqueViolation(error)) throw error;
  return refuse(
    'unprocessable',
    `There is a version ${version} of ${name}: a version never changes, so publish the next one.`,
    '/data/attributes/version',
  );
}
