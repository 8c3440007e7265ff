import type { Workspace } from '@runwright/client';
import { usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { findWorkspace } from '../references.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface EngineFlags extends ConnectionFlags {
  readonly json?: true;
  readonly engineVersion?: string;
}

const INHERITED = 'inherited';
const ENGINES = ['terraform', 'opentofu', INHERITED] as const;

/** Changes the engine of a workspace as requested, and shows it. */
export async function workspaceEngine(
  reference: string,
  engine: string | undefined,
  flags: EngineFlags,
  terminal: Terminal,
): Promise<number> {
  const wanted = engine === undefined ? undefined : readEngine(engine);
  const { client } = await connect(flags, terminal.env);
  const found = await findWorkspace(client, reference);
  const isChange = wanted !== undefined || flags.engineVersion !== undefined;
  const workspace = isChange
    ? await client.workspaces.update(found.id, {
        ...(wanted !== undefined && { engine: wanted === INHERITED ? null : wanted }),
        ...(flags.engineVersion !== undefined && { 'terraform-version': flags.engineVersion }),
      })
    : found;
  terminal.print(flags.json === true ? JSON.stringify(facts(workspace)) : sentence(workspace));
  return EXIT.ok;
}

function readEngine(text: string): (typeof ENGINES)[number] {
  const known = ENGINES.find((engine) => engine === text);
  if (known !== undefined) return known;
  throw usageError(`${JSON.stringify(text)} is no engine`, `write ${ENGINES.join(', ')}`);
}

const facts = ({ id, attributes }: Workspace) => ({
  workspace: id,
  engine: attributes.engine ?? null,
  version: attributes['terraform-version'],
});

function sentence(workspace: Workspace): string {
  const { engine, version } = facts(workspace);
  const name = printable(workspace.attributes.name);
  return `${name}: ${engine ?? "the organization's engine"}, version ${printable(version)}`;
}
