import type { Tx } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { refuse } from '../http/refusal.ts';

/**
 * Remembers what is published under a name and version, for good: a client that got it must never get anything else
 * under the same version, not even after it was deleted.
 *
 * @param name with the version in it, `modules/network/aws/1.0.0`: of each organization there is one
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

/** For what creating a version fails with. @throws 422 where there is this version already, or `error` itself */
export function refuseTakenVersion(error: unknown, version: string, name: string): never {
  if (!isUniqueViolation(error)) throw error;
  return refuse(
    'unprocessable',
    `There is a version ${version} of ${name}: a version never changes, so publish the next one.`,
    '/data/attributes/version',
  );
}
