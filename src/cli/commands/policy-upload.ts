import type { PolicySet } from '@runwright/client';
import { usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { packFolder } from '../upload/pack-folder.ts';

interface Flags extends ConnectionFlags {
  readonly kind: string;
  readonly global?: true;
  readonly json?: true;
}

export async function uploadPolicies(
  reference: string,
  folder: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const [organization = '', name = '', ...rest] = reference.split('/');
  if (organization === '' || name === '' || rest.length > 0)
    throw usageError(`${JSON.stringify(reference)} names no policy set`, 'write ORGANIZATION/NAME');
  const { archive } = await packFolder(folder);
  const { client } = await connect(flags, terminal.env);
  const find = async (): Promise<PolicySet | undefined> => {
    const { data } = await client.policySets.list(organization, { pageSize: 100 });
    return data.find(({ attributes }) => attributes.name === name);
  };
  const set =
    (await find()) ??
    (await client.policySets.create(organization, { name, kind: flags.kind, global: flags.global ?? false }));
  const version = await client.policySets.createVersion(set.id);
  await client.policySets.uploadVersion(version, archive);
  const { attributes } = await client.policySets.read(set.id);
  if (flags.json === true) terminal.print(JSON.stringify({ set: set.id, version: version.id }, null, 2));
  else
    terminal.print(
      `${set.id}  ${name}  ${version.id} holds now, with ${attributes['policy-count']} policies`,
    );
  return EXIT.ok;
}
