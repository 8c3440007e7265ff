/** A successful call of each endpoint that changes what stands between a plan and its apply. */
import { SMALL_BOOK } from './check-scene.ts';
import { createOrganization } from './scenario.ts';
import type { ApiAnswer, TestServer } from './server.ts';

const at = (path: string): string => `/api/v2/${path}`;
const attributes = (values: object) => ({ data: { attributes: values } });

/** @param current the server of the test, which starts after the table of calls is made */
export function checkCalls(current: () => TestServer): Record<string, () => Promise<ApiAnswer>> {
  const call = async (method: string, path: string, body?: unknown) =>
    await current().call(method, path, body);

  async function newBook() {
    const organization = await createOrganization(current());
    const path = at(`organizations/${organization}/price-books`);
    const answer = await call('POST', path, attributes({ name: 'book', document: SMALL_BOOK }));
    return { answer, path: at(`price-books/${answer.body.data.id}`) };
  }

  return {
    'POST /api/v2/organizations/:organization/price-books': async () => (await newBook()).answer,
    'PATCH /api/v2/price-books/:id': async () =>
      await call('PATCH', (await newBook()).path, attributes({ name: 'other' })),
    'DELETE /api/v2/price-books/:id': async () => await call('DELETE', (await newBook()).path),
  };
}
