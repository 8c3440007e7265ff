export const RUN_ID = 'run-AbCdEfGhIjKlMnOp';
export const WORKSPACE_ID = 'ws-AbCdEfGhIjKlMnOp';

const NO_ACTIONS = {
  'is-confirmable': false,
  'is-discardable': false,
  'is-cancelable': false,
  'is-force-cancelable': false,
};

/** The possible actions of a run in each status that tests use (`api-contract §3.4`). */
const ACTIONS: Readonly<Record<string, Partial<typeof NO_ACTIONS>>> = {
  pending: { 'is-cancelable': true },
  planning: { 'is-cancelable': true },
  planned: { 'is-confirmable': true, 'is-discardable': true },
  applying: { 'is-cancelable': true },
};

/** A run as the platform sends it, links and secrets included. */
export function runResource(status: string, attributes: Record<string, unknown> = {}) {
  return {
    id: RUN_ID,
    type: 'runs',
    attributes: {
      status,
      message: 'Deploy infrastructure changes',
      source: 'tfe-api',
      'has-changes': true,
      'created-at': new Date().toISOString(),
      'is-destroy': false,
      'plan-only': false,
      'auto-apply': false,
      'refresh-only': false,
      'status-timestamps': {},
      actions: { ...NO_ACTIONS, ...ACTIONS[status] },
      permissions: { 'can-apply': true, 'can-discard': true, 'can-cancel': true, 'can-force-cancel': true },
      ...attributes,
    },
    relationships: {
      workspace: {
        data: { id: WORKSPACE_ID, type: 'workspaces' },
        links: { related: `/api/v2/workspaces/${WORKSPACE_ID}` },
      },
      plan: { data: { id: 'plan-AbCdEfGhIjKlMnOp', type: 'plans' } },
      'run-trigger-snapshots': { links: { related: '/api/v2/x' } },
    },
    links: { self: `/api/v2/runs/${RUN_ID}` },
  };
}

export function runDocument(status: string, attributes: Record<string, unknown> = {}) {
  return {
    data: runResource(status, attributes),
    included: [
      {
        id: 'plan-AbCdEfGhIjKlMnOp',
        type: 'plans',
        attributes: {
          status: 'finished',
          'log-read-url': 'https://blobs.example/secret-log',
          'resource-additions': 3,
          'resource-changes': 1,
          'resource-destructions': 0,
        },
      },
    ],
  };
}
