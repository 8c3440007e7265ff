/** A successful call of each endpoint that changes the checks between a plan and its apply. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MEMBER_KINDS } from '../../src/server/policy-sets/members.ts';
import { packFiles } from '../runner/configuration-archive.ts';
import { SMALL_BOOK } from './check-scene.ts';
import { celPolicies, createPolicySet } from './policy-scenario.ts';
import { createOrganization, createRun, readyWorkspace } from './scenario.ts';
import { claimStepOf } from './scripted-runner.ts';
import { ADMIN_TOKEN, type ApiAnswer, type TestServer } from './server.ts';

const at = (path: string): string => `/api/v2/${path}`;
const attributes = (values: object) => ({ data: { attributes: values } });

/** @param current returns the server of the test, which starts only after this table is made */
export function checkCalls(current: () => TestServer): Record<string, () => Promise<ApiAnswer>> {
  const call = async (method: string, path: string, body?: unknown) =>
    await current().call(method, path, body);

  async function newBook() {
    const organization = await createOrganization(current());
    const path = at(`organizations/${organization}/price-books`);
    const answer = await call('POST', path, attributes({ name: 'book', document: SMALL_BOOK }));
    return { answer, path: at(`price-books/${answer.body.data.id}`) };
  }

  async function newSet() {
    const { organization, workspaceId } = await readyWorkspace(current());
    const path = at(`organizations/${organization}/policy-sets`);
    const answer = await call('POST', path, attributes({ name: 'set' }));
    return { answer, organization, workspaceId, path: at(`policy-sets/${answer.body.data.id}`) };
  }

  async function newPolicy(organization?: string) {
    const of = organization ?? (await createOrganization(current()));
    const answer = await call('POST', at(`organizations/${of}/policies`), attributes({ name: 'one' }));
    return { answer, id: answer.body.data.id, path: at(`policies/${answer.body.data.id}`) };
  }

  async function newParameter() {
    const path = `${(await newSet()).path}/parameters`;
    const answer = await call('POST', path, attributes({ key: 'a', value: 'a-secret', sensitive: true }));
    return { answer, path: `${path}/${answer.body.data.id}` };
  }

  /** Adds or removes an existing resource of this kind at a new policy set. */
  async function onMembers(method: 'POST' | 'DELETE', kind: string): Promise<ApiAnswer> {
    const { organization, workspaceId, path } = await newSet();
    const { body } = await call('GET', at(`workspaces/${workspaceId}`));
    const projectId = body.data.relationships['project']?.data?.id;
    const id = kind.startsWith('workspace')
      ? workspaceId
      : kind.startsWith('project')
        ? projectId
        : (await newPolicy(organization)).id;
    return await call(method, `${path}/relationships/${kind}`, { data: [{ id }] });
  }

  async function put(path: string, body: string | Buffer<ArrayBuffer>): Promise<ApiAnswer> {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const response = await fetch(path, { method: 'PUT', headers, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: {} as ApiAnswer['body'], text };
  }

  async function overridden(): Promise<ApiAnswer> {
    const { organization, workspaceId } = await newSet();
    await createPolicySet(current(), organization, celPolicies(['no', 'soft-mandatory', 'false']));
    const runId = await createRun(current(), workspaceId);
    await (await claimStepOf(current(), runId))?.finishPlan();
    for (;;) {
      const checks = await call('GET', at(`runs/${runId}/policy-checks`));
      const [check] = checks.body.data as unknown as { id: string; attributes: { status: string } }[];
      if (check?.attributes.status === 'soft_failed')
        return await call('POST', at(`policy-checks/${check.id}/actions/override`), { comment: 'why' });
      await sleep(100);
    }
  }

  const memberCalls = Object.fromEntries(
    MEMBER_KINDS.flatMap((kind) =>
      (['POST', 'DELETE'] as const).map((method) => [
        `${method} /api/v2/policy-sets/:id/relationships/${kind}`,
        async () => await onMembers(method, kind),
      ]),
    ),
  );

  return {
    ...memberCalls,
    'POST /api/v2/organizations/:organization/policy-sets': async () => (await newSet()).answer,
    'PATCH /api/v2/policy-sets/:id': async () =>
      await call('PATCH', (await newSet()).path, attributes({ name: 'other' })),
    'DELETE /api/v2/policy-sets/:id': async () => await call('DELETE', (await newSet()).path),
    'POST /api/v2/policy-sets/:id/versions': async () =>
      await call('POST', `${(await newSet()).path}/versions`),
    'PUT /api/v2/uploads/policy-set-versions/:id/:signature': async () => {
      const { body } = await call('POST', `${(await newSet()).path}/versions`);
      const { upload } = (body.data as unknown as { links: { upload: string } }).links;
      return await put(upload, packFiles(celPolicies(['yes', 'advisory', 'true'])));
    },
    'POST /api/v2/policy-sets/:id/parameters': async () => (await newParameter()).answer,
    'PATCH /api/v2/policy-sets/:id/parameters/:variable': async () =>
      await call('PATCH', (await newParameter()).path, attributes({ value: 'a-secret' })),
    'DELETE /api/v2/policy-sets/:id/parameters/:variable': async () =>
      await call('DELETE', (await newParameter()).path),
    'POST /api/v2/organizations/:organization/policies': async () => (await newPolicy()).answer,
    'PATCH /api/v2/policies/:id': async () =>
      await call('PATCH', (await newPolicy()).path, attributes({ description: 'other' })),
    'PUT /api/v2/policies/:id/upload': async () =>
      await put(current().url + (await newPolicy()).path + '/upload', 'true'),
    'DELETE /api/v2/policies/:id': async () => await call('DELETE', (await newPolicy()).path),
    'POST /api/v2/policy-checks/:id/actions/override': overridden,
    'POST /api/v2/organizations/:organization/price-books': async () => (await newBook()).answer,
    'PATCH /api/v2/price-books/:id': async () =>
      await call('PATCH', (await newBook()).path, attributes({ name: 'other' })),
    'DELETE /api/v2/price-books/:id': async () => await call('DELETE', (await newBook()).path),
  };
}
