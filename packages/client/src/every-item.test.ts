import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient, type Client } from './client.ts';
import { startRecordingServer, type RecordingServer } from './testing/recording-server.ts';

let server: RecordingServer;
let api: Client;
beforeEach(async () => {
  server = await startRecordingServer();
  api = createClient({ address: server.address, token: 'secret-token' });
});
afterEach(() => server.close());

/** Three pages with an item each; the last one names `nextOfLast` as its next page. */
function serve(nextOfLast: number | null | undefined): void {
  server.on('*', ({ url }) => {
    const page = Number(new URL(url, server.address).searchParams.get('page[number]'));
    const next = page >= 3 ? nextOfLast : page + 1;
    const data = [{ id: `x-${String(page)}`, type: 'things', attributes: {} }];
    const pagination = { 'current-page': page, 'next-page': next, current_page: page, next_page: next };
    return { body: { data, meta: { pagination }, pagination } };
  });
}

/** The ids of a list; stops after too many, for a list that does not end. */
async function idsOf(items: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of items) {
    ids.push(id);
    if (ids.length > 20) break;
  }
  return ids;
}

const LISTS: readonly (readonly [string, (client: Client) => AsyncIterable<{ readonly id: string }>])[] = [
  ['the runs of a workspace', (client) => client.runs.eachInWorkspace('ws-1')],
  ['the runs of an organization', (client) => client.runs.eachInOrganization('acme')],
  ['workspaces', (client) => client.workspaces.each('acme')],
  ['the audit trail', (client) => client.auditTrail.each()],
];

for (const [name, each] of LISTS) {
  test(`${name}: every page once, in order`, async () => {
    serve(null);
    expect(await idsOf(each(api))).toEqual(['x-1', 'x-2', 'x-3']);
  });

  test.each([3, 1, 0, undefined])(
    `${name}: ends although its last page names %j as the next`,
    async (next) => {
      serve(next);
      expect(await idsOf(each(api))).toEqual(['x-1', 'x-2', 'x-3']);
    },
  );
}
