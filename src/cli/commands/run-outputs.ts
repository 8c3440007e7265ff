import { writeExactJson } from '@runwright/models';
import { ApiError, type Output } from '@runwright/client';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { findWorkspace } from '../references.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface PrintOutputsFlags extends ConnectionFlags {
  readonly json?: true;
}

export async function printOutputs(
  reference: string,
  flags: PrintOutputsFlags,
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const workspace = await findWorkspace(client, reference);
  const outputs = await client.stateVersions.currentOutputs(workspace.id).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'not_found') return [];
    throw error;
  });
  if (flags.json === true) {
    const entries = outputs.map(({ attributes: { name, sensitive, type, value } }) => [
      name,
      { sensitive, type, value },
    ]);
    terminal.print(writeExactJson(Object.fromEntries(entries), 2));
    return EXIT.ok;
  }
  if (outputs.length === 0) terminal.print(`No outputs. Next: runwright run create ${reference} --dir .`);
  for (const line of outputLines(outputs)) terminal.print(line);
  return EXIT.ok;
}

/** `name = value`, as terraform prints outputs. */
export function outputLines(outputs: readonly Output[]): string[] {
  const width = Math.max(0, ...outputs.map(({ attributes }) => attributes.name.length));
  return outputs.map(({ attributes: { name, sensitive, value } }) => {
    const text = sensitive ? '(sensitive)' : printable(writeExactJson(value));
    return `${name.padEnd(width)} = ${text}`;
  });
}
