import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInWorkspace } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { documentOf, listOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { referenceOrNull } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { readApplicable } from '../../variables/applicable.ts';
import { variableResource, VariableSchema } from '../../variables/document.ts';
import { chooseEffective, type Candidate } from '../../variables/rules.ts';
import { listVariables, type Variable } from '../../variables/store.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { ownerOf, readSet } from '../service.ts';

const url = '/api/v2/workspaces/:id/varsets/:varset/relationships/vars';
const SetParams = z.object({ id: z.string(), varset: z.string() });
const VariableParams = SetParams.extend({ variable: z.string() });

/** The variables of a set in a workspace: those that override them there, and those that they override. */
export function setVariablesInWorkspaceEndpoints(platform: Platform): Endpoint<Caller>[] {
  const read = async (caller: Caller, params: z.output<typeof SetParams>) =>
    await inSnapshot(platform, async (view) => {
      const workspace = await readWorkspace(view, caller, params.id);
      await requireInWorkspace(view.db, caller, workspace, 'read-variables');
      const set = await readSet(view, caller, params.varset, 'read');
      if (set.organization_id !== workspace.organization_id) refuse('not_found');
      const candidates = await readApplicable(view.db, workspace.id);
      return (await listVariables(view.db, ownerOf(set))).map((variable) =>
        inWorkspace(variable, candidates),
      );
    });
  const asked = { method: 'GET', access: 'account', permission: 'workspace:read-variables' } as const;
  return [
    endpoint({
      ...asked,
      url,
      summary: 'List the variables of a set as a workspace gets them',
      params: SetParams,
      answers: { 200: listOf(VariableSchema) },
      handle: async ({ caller, params }) => ({ status: 200, body: { data: await read(caller, params) } }),
    }),
    endpoint({
      ...asked,
      url: `${url}/:variable`,
      summary: 'Read a variable of a set as a workspace gets it',
      params: VariableParams,
      answers: { 200: documentOf(VariableSchema) },
      handle: async ({ caller, params }) => {
        const found = (await read(caller, params)).find(({ id }) => id === params.variable);
        return { status: 200, body: { data: found ?? refuse('not_found') } };
      },
    }),
  ];
}

function inWorkspace(variable: Variable, candidates: readonly Candidate<Variable>[]) {
  const rivals = candidates.filter(
    ({ variable: { category, key } }) => category === variable.category && key === variable.key,
  );
  const reaches = rivals.some((rival) => rival.variable.id === variable.id);
  const [winner] = chooseEffective(rivals);
  const isWinner = winner?.id === variable.id;
  const beaten = new Set(rivals.map((rival) => rival.variable.id).filter((id) => id !== variable.id));
  const resource = variableResource(variable);
  return {
    ...resource,
    relationships: {
      ...resource.relationships,
      overwritten: { data: isWinner ? [...beaten].map((id) => ({ id, type: 'vars' })) : [] },
      overwriter: referenceOrNull('vars', reaches && !isWinner ? (winner?.id ?? null) : null),
    },
  };
}
