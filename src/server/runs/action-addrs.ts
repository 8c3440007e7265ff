import * as z from 'zod';
import { refusedBecause } from '../http/effect.ts';
import { refuse } from '../http/refusal.ts';

/** `action.TYPE.NAME`, also in modules and with an index, as `terraform plan -invoke` accepts it. */
const ACTION_ADDRESS =
  /^(?:module\.[\p{ID_Start}_][\p{ID_Continue}-]*(?:\[[^\]\n]+\])?\.)*action\.[\p{ID_Start}_][\p{ID_Continue}-]*\.[\p{ID_Start}_][\p{ID_Continue}-]*(?:\[[^\]\n]+\])?$/u;

const MAX_ADDRESS = 1_000;

/** The attributes of a create request that belong to the API and not to the run models. Null counts as absent. */
export const EngineAttributes = z.object({
  'invoke-action-addrs': z.array(z.string()).nullish(),
  'policy-paths': refusedBecause(
    'the policies of a run come from policy sets',
    z.array(z.string()).nullish(),
  ),
});

const Body = z.object({ data: z.object({ attributes: z.record(z.string(), z.unknown()).nullish() }) });

/**
 * The actions that a run is to invoke; undefined for a normal run.
 * @throws 422 for a text that is no address of an action, for more than the engine accepts, and for policies
 */
export function readActionAddrs(body: unknown): string[] | undefined {
  const attributes = Body.safeParse(body).data?.data.attributes ?? {};
  const policies = attributes['policy-paths'];
  if (Array.isArray(policies) ? policies.length > 0 : (policies ?? null) !== null) {
    const detail =
      'Policy paths cannot be used: the policies of a run come from policy sets. Leave policy-paths out.';
    refuse('invalid_attribute', detail, '/data/attributes/policy-paths');
  }
  const given = attributes['invoke-action-addrs'];
  if (given === undefined || given === null) return undefined;
  const pointer = '/data/attributes/invoke-action-addrs';
  if (!Array.isArray(given)) refuse('invalid_attribute', 'invoke-action-addrs is not a list', pointer);
  const addresses = given as unknown[];
  for (const [index, address] of addresses.entries()) {
    if (typeof address === 'string' && address.length <= MAX_ADDRESS && ACTION_ADDRESS.test(address))
      continue;
    const shown = JSON.stringify(address).slice(0, 80);
    const detail = `${shown} is not the address of an action: use one like action.aws_lambda_invoke.notify.`;
    refuse('invalid_attribute', detail, `${pointer}/${index}`);
  }
  if (addresses.length > 1) {
    refuse(
      'invalid_attribute',
      'A run invokes one action: give one address in invoke-action-addrs.',
      pointer,
    );
  }
  return addresses.length === 0 ? undefined : (addresses as string[]);
}
