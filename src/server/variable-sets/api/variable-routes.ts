import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { ownedVariableEndpoints } from '../../variables/api/owner-routes.ts';
import { changeSet, ownerOf, readSet, setPermission } from '../service.ts';

/** The variables in a set (api-contract §5.5). */
export const setVariableEndpoints = (platform: Platform): Endpoint<Caller>[] =>
  ownedVariableEndpoints(platform, {
    what: 'set',
    url: '/api/v2/varsets/:id/relationships/vars',
    permission: setPermission,
    find: async (caller, id, access) => {
      const seen = await readSet(platform, caller, id, access);
      return {
        owner: ownerOf(seen),
        change: async (act) =>
          await changeSet(platform, seen, async (tx, set) => await act(tx, ownerOf(set))),
      };
    },
  });
