import { startFakePlatform, type FakePlatform } from './fake-platform.ts';
import { fakeRun, IDS } from './fake-resources.ts';

/**
 * Terraform Enterprise before saved plans: no `include`, no permissions, no JSON of plans, and unknown attributes of
 * runs are refused.
 */
export async function startOldPlatform(): Promise<FakePlatform> {
  const { permissions: _, ...attributes } = fakeRun('planned').attributes as Record<string, unknown>;
  const run = { ...fakeRun('planned'), attributes };
  return await startFakePlatform({
    [`GET runs/${IDS.run}`]: ({ url }) =>
      url.includes('include')
        ? { status: 400, body: { errors: [{ status: '400', title: 'Invalid include parameter' }] } }
        : { body: { data: run } },
    'POST runs': ({ body }) =>
      /save-plan|debugging-mode|allow-config-generation/.test(body)
        ? {
            status: 422,
            body: { errors: [{ status: '422', title: 'invalid attribute', detail: 'unknown attribute' }] },
          }
        : { status: 201, body: { data: fakeRun('pending') } },
    [`GET runs/${IDS.run}/plan/json-output`]: { status: 404 },
    [`GET runs/${IDS.run}/plan/json-output-redacted`]: { status: 404 },
  });
}
