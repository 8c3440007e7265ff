/** Policy sets for tests of runs. */
import { redactedPlan } from './checked-plan.ts';
import { packFiles } from '../runner/configuration-archive.ts';
import { uniqueName } from './scenario.ts';
import type { ApiAnswer, CallableServer } from './server.ts';

/** A plan that destroys one box and creates a large one. */
export const BOXES_PLAN = redactedPlan({
  'box_server.gone': { before: { size: 'small' }, after: null },
  'box_server.new': { before: null, after: { size: 'large' } },
});

/** A set of these files that holds in all workspaces of the organization unless the attributes say otherwise. */
export async function createPolicySet(
  server: CallableServer,
  organization: string,
  files: Record<string, string | Buffer> | null,
  attributes: Record<string, unknown> = {},
): Promise<string> {
  const answer = await server.call('POST', `/api/v2/organizations/${organization}/policy-sets`, {
    data: { type: 'policy-sets', attributes: { name: uniqueName('set'), global: true, ...attributes } },
  });
  if (answer.status !== 201) throw new Error(answer.text);
  const { id } = answer.body.data;
  if (files === null) return id;
  const uploaded = await uploadPolicies(server, id, files);
  if (uploaded.status !== 200) throw new Error(await uploaded.text());
  return id;
}

export async function newVersion(server: CallableServer, setId: string): Promise<ApiAnswer> {
  return await server.call('POST', `/api/v2/policy-sets/${setId}/versions`);
}

export async function uploadPolicies(
  server: CallableServer,
  setId: string,
  files: Record<string, string | Buffer>,
): Promise<Response> {
  const { body } = await newVersion(server, setId);
  const address = String((body.data as unknown as { links: { upload: string } }).links.upload);
  return await fetch(address, { method: 'PUT', body: packFiles(files) });
}

/** `policies.yaml` with CEL policies: name, level, expression, and the message when the expression is false. */
export const celPolicies = (
  ...policies: readonly (readonly [name: string, level: string, cel: string, message?: string])[]
): { 'policies.yaml': string } => ({
  'policies.yaml': JSON.stringify({
    policies: policies.map(([name, enforcement, cel, message]) => ({ name, enforcement, cel, message })),
  }),
});
