import type { Client } from '@runwright/client';
import type { Place } from './story-world.ts';

/** A variable of the workspace that a set with priority hides, a long value and a sensitive one. */
export async function addVariables(client: Client, { id, organization }: Place): Promise<void> {
  await client.variables.create(id, { key: 'ZONE', category: 'env', value: 'own' });
  const set = await client.variableSets.create(organization, {
    ...{ name: '<b>everywhere</b>', global: true, priority: true },
  });
  for (const [key, value, sensitive] of [
    ['ZONE', 'shared', false],
    ['LONG', 'long '.repeat(100), false],
    ['PASS', 'never-shown', true],
  ] as const)
    await client.variableSets.createVariable(set.id, { key, value, category: 'env', sensitive });
}
