import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { moduleNamed, providerNamed } from '../registry-names.ts';
import { printable, type Terminal } from '../terminal.ts';

type Flags = ConnectionFlags & { readonly json?: true };

export async function listRegistry(organization: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const rows: { kind: string; name: string; versions: string[] }[] = [];
  for await (const { attributes } of client.registryModules.each(organization)) {
    const published = (attributes['version-statuses'] ?? []).filter(({ status }) => status === 'ok');
    const name = `${organization}/${attributes.name}/${attributes.provider}`;
    rows.push({ kind: 'module', name, versions: published.map(({ version }) => version) });
  }
  for await (const { attributes } of client.registryProviders.each(organization)) {
    const provider = { organization, name: attributes.name };
    const { data } = await client.registryProviders.listVersions(provider, { pageSize: 100 });
    const versions = data.map((each) => each.attributes.version);
    rows.push({ kind: 'provider', name: `${organization}/${attributes.name}`, versions });
  }
  if (flags.json === true) terminal.print(JSON.stringify(rows, null, 2));
  else if (rows.length === 0)
    terminal.print(
      `Nothing is published. Next: runwright registry publish-module ${organization}/NAME/PROVIDER 1.0.0 FOLDER`,
    );
  else
    for (const { kind, name, versions } of rows)
      terminal.print(`${kind.padEnd(8)}  ${name}  ${versions.join(', ') || 'no version yet'}`);
  return EXIT.ok;
}

export async function showModule(
  text: string,
  version: string | undefined,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const module = moduleNamed(text);
  const { client } = await connect(flags, terminal.env);
  const details = await client.registryModules.describe(module, version);
  if (flags.json === true) {
    terminal.print(JSON.stringify(details, null, 2));
    return EXIT.ok;
  }
  const { inputs = [], outputs = [], readme = '' } = details.root ?? {};
  // A module's text is not trusted.
  const print = (line: string): void => terminal.print(printable(line));
  print(`${text} ${details.version}  SHA-256 ${details.sha256 ?? 'unknown'}`);
  for (const { name, type, required, description } of inputs)
    print(
      `input   ${String(name)} (${String(type)}${required === true ? ', required' : ''})  ${String(description)}`,
    );
  for (const { name, description } of outputs) print(`output  ${String(name)}  ${String(description)}`);
  if (readme !== '') readme.split('\n').forEach(print);
  return EXIT.ok;
}

export async function deleteVersion(
  name: string,
  version: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const isModule = name.split('/').length === 3;
  const { client } = await connect(flags, terminal.env);
  if (isModule) await client.registryModules.deleteVersion(moduleNamed(name), version);
  else await client.registryProviders.deleteVersion(providerNamed(name), version);
  if (flags.json === true) terminal.print(JSON.stringify({ deleted: name, version }, null, 2));
  else terminal.print(`${name} ${version} is deleted`);
  return EXIT.ok;
}
