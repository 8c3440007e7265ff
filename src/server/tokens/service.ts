import { newId } from '@runwright/models';
import { userIdOf, type Caller } from '../access/caller.ts';
import { canInOrganization } from '../access/permissions.ts';
import { serviceName } from '../access/service-names.ts';
import { expiryWithin } from '../access/token-expiry.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { NewRow, Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';
import { readTeam } from '../teams/service.ts';
import { requireWithinOwnRights } from '../teams/within-own-rights.ts';

export type Token = Row<'token'>;

/** The owner of a token. A single one replaces the one before it. */
export type TokenOwner =
  | { kind: 'user'; user_id: string }
  | { kind: 'organization' | 'audit'; organization_id: string; is_single: true }
  | { kind: 'team'; team_id: string; is_single: boolean }
  | { kind: 'agent'; agent_pool_id: string; is_single: false };

/**
 * @param organizationId the organization whose audit trail records it; null for a user's own
 * @throws 403 for a team that may do more than the caller; 422 for an end after the caller's own token's
 */
export async function issueToken(
  { db }: Platform,
  caller: Caller,
  organizationId: string | null,
  owner: TokenOwner,
  settings: { description: string; expiresAt: Date | null; usualEnd: Date | null },
): Promise<{ token: Token; secret: string }> {
  const secret = newOpaqueToken();
  const token = await transact(db, async (tx) => {
    const expiresAt = await expiryWithin(tx, caller, settings.expiresAt, settings.usualEnd);
    if (owner.kind === 'team') await requireTeamWithinOwnRights(tx, caller, owner.team_id);
    if (owner.kind === 'team') await ensureServiceAccount(tx, 'team', owner.team_id);
    if (owner.kind === 'organization') await ensureServiceAccount(tx, 'organization', owner.organization_id);
    if (owner.kind === 'audit') await lockOwner(tx, 'organization', owner.organization_id);
    if ('is_single' in owner && owner.is_single) {
      const replaced = await singleTokens(tx, owner).returningAll().execute();
      for (const before of replaced) await recordRevocation(tx, caller, organizationId, before);
    }
    if (owner.kind === 'team' && !owner.is_single) {
      await requireNewDescription(tx, owner.team_id, settings.description);
    }
    const columns: NewRow<'token'> = {
      id: newId('at'),
      secret_hash: hashSecret(secret),
      ...owner,
      description: settings.description,
      expires_at: expiresAt,
      created_by: userIdOf(caller),
    };
    const created = await tx.insertInto('token').values(columns).returningAll().executeTakeFirstOrThrow();
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'authentication-tokens', id: created.id },
      action: 'create',
      after: { ...owner, description: created.description },
    });
    return created;
  });
  return { token, secret };
}

async function requireTeamWithinOwnRights(tx: Tx, caller: Caller, id: string): Promise<void> {
  const team = await tx.selectFrom('team').selectAll().where('id', '=', id).executeTakeFirst();
  await requireWithinOwnRights(tx, caller, team ?? refuse('not_found'));
}

/** The caller holds the team's row. @throws 422 when another of its tokens has this description */
async function requireNewDescription(tx: Tx, teamId: string, description: string): Promise<void> {
  const other = await tx
    .selectFrom('token')
    .select('id')
    .where('team_id', '=', teamId)
    .where('description', '=', description)
    .executeTakeFirst();
  if (other === undefined) return;
  refuse(
    'invalid_attribute',
    'Validation failed: Description has already been taken',
    '/data/attributes/description',
  );
}

export type SingleOwner = Exclude<TokenOwner, { kind: 'user' | 'agent' }>;

function singleTokens(tx: Tx, owner: SingleOwner) {
  const tokens = tx.deleteFrom('token').where('kind', '=', owner.kind).where('is_single', '=', true);
  return owner.kind === 'team'
    ? tokens.where('team_id', '=', owner.team_id)
    : tokens.where('organization_id', '=', owner.organization_id);
}

/** @throws 404 when the owner has none */
export async function readSingleToken({ db }: Platform, owner: SingleOwner): Promise<Token> {
  const tokens = db
    .selectFrom('token')
    .selectAll()
    .where('kind', '=', owner.kind)
    .where('is_single', '=', true);
  const token = await (
    owner.kind === 'team'
      ? tokens.where('team_id', '=', owner.team_id)
      : tokens.where('organization_id', '=', owner.organization_id)
  ).executeTakeFirst();
  return token ?? refuse('not_found');
}

/** @throws 404 for a token that is neither the caller's own nor one that the caller manages */
export async function readToken(platform: Platform, caller: Caller, id: string): Promise<Token> {
  const token = await platform.db.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst();
  if (token === undefined || !(await managesToken(platform, caller, token))) refuse('not_found');
  return token;
}

async function managesToken(platform: Platform, caller: Caller, token: Token): Promise<boolean> {
  const isSiteAdmin = caller.kind === 'user' && caller.isSiteAdmin;
  switch (token.kind) {
    case 'user':
      return isSiteAdmin || (caller.kind === 'user' && caller.userId === token.user_id);
    case 'organization':
    case 'audit':
      return (
        token.organization_id !== null &&
        (await canInOrganization(platform.db, caller, token.organization_id, 'owner'))
      );
    case 'team':
      if (token.team_id === null) return false;
      await readTeam(platform, caller, token.team_id, 'canManageToken');
      return true;
    case 'agent':
      return token.agent_pool_id === null
        ? isSiteAdmin
        : await canInOrganization(
            platform.db,
            caller,
            await organizationOfPool(platform, token.agent_pool_id),
            'manage-agent-pools',
          );
    case 'run':
    case 'task':
      return false;
  }
}

async function organizationOfPool({ db }: Pick<Platform, 'db'>, poolId: string): Promise<string> {
  const pool = await db
    .selectFrom('agent_pool')
    .select('organization_id')
    .where('id', '=', poolId)
    .executeTakeFirst();
  return pool?.organization_id ?? refuse('not_found');
}

export async function deleteToken(platform: Platform, caller: Caller, token: Token): Promise<void> {
  const organizationId = await organizationOfToken(platform, token);
  await transact(platform.db, async (tx) => await revoke(tx, caller, organizationId, token));
}

async function revoke(tx: Tx, caller: Caller, organizationId: string | null, token: Token): Promise<void> {
  const deleted = await tx.deleteFrom('token').where('id', '=', token.id).returning('id').executeTakeFirst();
  if (deleted === undefined) refuse('not_found');
  await recordRevocation(tx, caller, organizationId, token);
}

/** Deletes all, or none if one is not of a team whose tokens the caller manages. @throws 404 */
export async function deleteTeamTokens(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  const tokens: Token[] = [];
  for (const id of [...new Set(ids)].sort()) {
    const token = await readToken(platform, caller, id);
    const isOfTeam = token.kind === 'team';
    if (!isOfTeam || (await organizationOfToken(platform, token)) !== organizationId) refuse('not_found');
    tokens.push(token);
  }
  await transact(platform.db, async (tx) => {
    for (const token of tokens) await revoke(tx, caller, organizationId, token);
  });
}

/** The organization whose audit trail records it; null for a user's own. */
async function organizationOfToken(platform: Platform, token: Token): Promise<string | null> {
  if (token.agent_pool_id !== null) return await organizationOfPool(platform, token.agent_pool_id);
  if (token.team_id === null) return token.organization_id;
  const team = await platform.db
    .selectFrom('team')
    .select('organization_id')
    .where('id', '=', token.team_id)
    .executeTakeFirst();
  return team?.organization_id ?? refuse('not_found');
}

async function recordRevocation(
  tx: Tx,
  caller: Caller,
  organizationId: string | null,
  token: Token,
): Promise<void> {
  await recordChange(tx, caller, {
    organizationId,
    resource: { type: 'authentication-tokens', id: token.id },
    action: 'destroy',
    before: {
      kind: token.kind,
      user: token.user_id,
      team: token.team_id,
      pool: token.agent_pool_id,
      description: token.description,
    },
  });
}

/** Parallel requests for an owner's token wait for each other. @throws 404 when the owner has been deleted */
async function lockOwner(
  tx: Tx,
  owner: 'team' | 'organization',
  id: string,
): Promise<{ service_user_id: string | null }> {
  const row = await tx
    .selectFrom(owner)
    .select('service_user_id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row ?? refuse('not_found');
}

/** The user whose name is on what a team's or an organization's token creates (api-contract §5.8). */
async function ensureServiceAccount(tx: Tx, owner: 'team' | 'organization', id: string): Promise<void> {
  if ((await lockOwner(tx, owner, id)).service_user_id !== null) return;
  const userId = newId('user');
  const username = serviceName(id);
  await tx
    .insertInto('users')
    .values({ id: userId, username, email: `${username}@noreply.invalid`, is_service_account: true })
    .execute();
  await tx.updateTable(owner).set({ service_user_id: userId }).where('id', '=', id).execute();
}
