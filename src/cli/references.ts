import type { Client, Workspace } from '@runwright/client';
import { RunId } from '@runwright/models';
import { usageError } from './cli-error.ts';

/** `ORG/NAME` or `ws-…`. */
export async function findWorkspace(client: Client, reference: string): Promise<Workspace> {
  if (/^ws-[A-Za-z0-9]+$/.test(reference)) return client.workspaces.read(reference);
  const [organization, name, ...rest] = reference.split('/');
  if (
    organization === undefined ||
    organization === '' ||
    name === undefined ||
    name === '' ||
    rest.length > 0
  ) {
    throw usageError(
      `${JSON.stringify(reference)} names no workspace`,
      'write ORGANIZATION/NAME, like acme/network, or an id like ws-AbCdEfGhIjKlMnOp',
    );
  }
  return client.workspaces.readByName(organization, name);
}

/** Checked here, so that a typo is a usage error and not a 404. */
export function readRunId(reference: string): string {
  const parsed = RunId.safeParse(reference);
  if (parsed.success) return parsed.data;
  throw usageError(
    `${JSON.stringify(reference)} is no run id`,
    'a run id is run- and 16 letters or digits; `runwright run list ORG/NAME` shows them',
  );
}
