import * as z from 'zod';
import { describeFlagProblem, isFlagVariable } from '../../protocol/engine-flags.ts';
import {
  describeReserved,
  isEnvironmentName,
  isReservedName,
  isVariableKey,
} from '../../protocol/environment-names.ts';
import { refuse } from '../http/refusal.ts';

export const MAX_VALUE_BYTES = 256 * 1024;
/** Linux starts no program with a longer `NAME=value`. */
const MAX_ENVIRONMENT_BYTES = 128 * 1024 - 2;
export const MAX_VARIABLES = 1_000;
/** Limit for all values of one workspace or set: they travel in one message to the runner. */
export const MAX_TOTAL_BYTES = 4 * 1024 * 1024;

const fields = {
  key: z
    .string({ error: 'must be a text' })
    .min(1, 'must not be empty')
    .max(128, 'must have at most 128 characters'),
  value: z.string({ error: 'must be a text' }).nullish(),
  description: z.string().max(512, 'must have at most 512 characters').nullish(),
  category: z.enum(['terraform', 'env'], { error: 'must be "terraform" or "env"' }),
  hcl: z.boolean().nullish(),
  sensitive: z.boolean().nullish(),
};

/** api-contract §5.4. */
export const NewVariable = z.object(fields);
export const VariableChange = z.object({
  ...fields,
  key: fields.key.nullish(),
  category: fields.category.nullish(),
});
export type NewVariable = z.output<typeof NewVariable>;
export type VariableChange = z.output<typeof VariableChange>;

/** Refuses here, with a reason, values that would end every run with an error. */
export function checkVariable(
  { key, category, value }: { key: string; category: 'terraform' | 'env'; value: string | undefined },
  pointer: string,
): void {
  const wrong = (name: string, detail: string): never =>
    refuse('invalid_attribute', `${name}: ${detail}`, `${pointer}/${name}`);
  const valueBytes = Buffer.byteLength(value ?? '');
  if (category === 'terraform') {
    if (!isVariableKey(key)) wrong('key', 'must not hold control characters');
    if (valueBytes > MAX_VALUE_BYTES) wrong('value', `must have at most ${MAX_VALUE_BYTES} bytes`);
    return;
  }
  if (!isEnvironmentName(key)) wrong('key', 'must not hold =, white space or control characters');
  if (isReservedName(key)) wrong('key', describeReserved(key));
  const flagProblem = isFlagVariable(key) ? describeFlagProblem(key, value ?? '') : undefined;
  if (flagProblem !== undefined) wrong('value', flagProblem);
  const limit = MAX_ENVIRONMENT_BYTES - key.length;
  if (valueBytes > limit) wrong('value', `must have at most ${limit} bytes in an environment variable`);
}
