import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireSiteAdmin } from '../../access/permissions.ts';
import { recordChange } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import { transact } from '../../database/transact.ts';
import { bytes, refusal } from '../../http/answers.ts';
import { endpoint, HIJACKED, type Endpoint } from '../../http/endpoint.ts';
import { createArchives } from '../database-archive.ts';

/** The request of `runwright backup` to a running server: only the server can read its open files. */
export function backupEndpoints(platform: Platform): Endpoint<Caller>[] {
  const openArchive = createArchives(platform);
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/admin/database-archive',
      summary: 'Download the whole embedded database, as of now, for a backup; secrets in it stay encrypted',
      access: 'account',
      permission: 'site-admin',
      params: z.object({}),
      answers: { 200: bytes('application/octet-stream'), 409: refusal, 503: refusal },
      handle: async ({ caller, reply }) => {
        requireSiteAdmin(caller);
        await transact(platform.db, async (tx) => {
          const resource = { type: 'databases', id: 'embedded' };
          await recordChange(tx, caller, { organizationId: null, resource, action: 'download' });
        });
        await reply.header('Content-Type', 'application/octet-stream').send(await openArchive());
        return HIJACKED;
      },
    }),
  ];
}
