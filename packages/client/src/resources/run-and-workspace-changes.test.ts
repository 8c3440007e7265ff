import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESOURCE, startCallRecorder, type CallRecorder, type CallRow } from '../testing/sent-by.ts';

let recorder: CallRecorder;
beforeAll(async () => {
  recorder = await startCallRecorder();
});
afterAll(() => recorder.close());

const workspaces = (...ids: string[]) => ({ data: ids.map((id) => ({ type: 'workspaces', id })) });
const data = (type: string, attributes: object, rest: object = {}) => ({
  data: { type, ...rest, attributes },
});

const CHANGES: Record<string, readonly CallRow[]> = {
  runs: [
    ['approve', (api) => api.runs.approve('run-1'), 'POST runs/run-1/actions/approve'],
    ['force-execute', (api) => api.runs.forceExecute('run-1'), 'POST runs/run-1/actions/force-execute'],
    [
      'force-cancel',
      (api) => api.runs.forceCancel('run-1', { comment: 'x' }),
      'POST runs/run-1/actions/force-cancel',
      { comment: 'x' },
    ],
    [
      'comment',
      (api) => api.runs.comment('run-1', 'hello'),
      'POST runs/run-1/comments',
      data('comments', { body: 'hello' }),
    ],
    [
      'override a policy',
      (api) => api.policyChecks.override('polchk-1'),
      'POST policy-checks/polchk-1/actions/override',
    ],
    [
      'override tasks',
      (api) => api.taskStages.override('ts-1', { comment: 'ok' }),
      'POST task-stages/ts-1/actions/override',
      { comment: 'ok' },
    ],
  ],
  workspaces: [
    [
      'create in a project',
      (api) => api.workspaces.create('acme', { name: 'a' }, { projectId: 'prj-1' }),
      'POST organizations/acme/workspaces',
      data(
        'workspaces',
        { name: 'a' },
        { relationships: { project: { data: { type: 'projects', id: 'prj-1' } } } },
      ),
    ],
    [
      'update only named attributes',
      (api) => api.workspaces.updateByName('acme', 'a', { description: 'd' }),
      'PATCH organizations/acme/workspaces/a',
      data('workspaces', { description: 'd' }),
    ],
    ['delete', (api) => api.workspaces.deleteByName('acme', 'a'), 'DELETE organizations/acme/workspaces/a'],
    [
      'safe delete',
      (api) => api.workspaces.safeDeleteByName('acme', 'a'),
      'POST organizations/acme/workspaces/a/actions/safe-delete',
    ],
    [
      'lock',
      (api) => api.workspaces.lock('ws-1', { reason: 'r' }),
      'POST workspaces/ws-1/actions/lock',
      { reason: 'r' },
    ],
    ['unlock', (api) => api.workspaces.unlock('ws-1'), 'POST workspaces/ws-1/actions/unlock'],
    [
      'force-unlock',
      (api) => api.workspaces.forceUnlock('ws-1'),
      'POST workspaces/ws-1/actions/force-unlock',
    ],
    [
      'assign a key',
      (api) => api.workspaces.assignSshKey('ws-1', 'sshkey-1'),
      'PATCH workspaces/ws-1/relationships/ssh-key',
      data('workspaces', { id: 'sshkey-1' }),
    ],
    [
      'take a key away',
      (api) => api.workspaces.assignSshKey('ws-1', null),
      'PATCH workspaces/ws-1/relationships/ssh-key',
      data('workspaces', { id: null }),
    ],
    [
      'tag',
      (api) => api.workspaces.addTags('ws-1', ['a']),
      'POST workspaces/ws-1/relationships/tags',
      { data: [{ type: 'tags', attributes: { name: 'a' } }] },
    ],
    [
      'untag',
      (api) => api.workspaces.removeTags('ws-1', ['a']),
      'DELETE workspaces/ws-1/relationships/tags',
      { data: [{ type: 'tags', attributes: { name: 'a' } }] },
    ],
    [
      'add consumers',
      (api) => api.workspaces.addRemoteStateConsumers('ws-1', ['ws-2']),
      'POST workspaces/ws-1/relationships/remote-state-consumers',
      workspaces('ws-2'),
    ],
    [
      'replace consumers',
      (api) => api.workspaces.replaceRemoteStateConsumers('ws-1', []),
      'PATCH workspaces/ws-1/relationships/remote-state-consumers',
      workspaces(),
    ],
    ['assess', (api) => api.assessments.start('ws-1'), 'POST workspaces/ws-1/actions/assess'],
    [
      'trigger',
      (api) => api.runTriggers.create('ws-1', 'ws-2'),
      'POST workspaces/ws-1/run-triggers',
      {
        data: {
          type: 'run-triggers',
          relationships: { sourceable: { data: { type: 'workspaces', id: 'ws-2' } } },
        },
      },
    ],
    [
      'notify',
      (api) =>
        api.notificationConfigurations.create('ws-1', {
          name: 'n',
          'destination-type': 'email',
          users: ['user-1'],
        }),
      'POST workspaces/ws-1/notification-configurations',
      data(
        'notification-configurations',
        { name: 'n', 'destination-type': 'email' },
        { relationships: { users: { data: [{ type: 'users', id: 'user-1' }] } } },
      ),
    ],
    [
      'notify of a project',
      (api) =>
        api.notificationConfigurations.create(
          { type: 'projects', id: 'prj-1' },
          { name: 'n', 'destination-type': 'email' },
        ),
      'POST projects/prj-1/notification-configurations',
      data('notification-configurations', { name: 'n', 'destination-type': 'email' }),
    ],
    [
      'verify',
      (api) => api.notificationConfigurations.verify('nc-1'),
      'POST notification-configurations/nc-1/actions/verify',
    ],
    [
      'archive',
      (api) => api.configurationVersions.archive('cv-1'),
      'POST configuration-versions/cv-1/actions/archive',
    ],
  ],
};

for (const [group, rows] of Object.entries(CHANGES)) {
  describe(group, () => {
    for (const [name, call, ...sent] of rows) {
      test(name, async () => {
        expect(await recorder.sentBy(call, RESOURCE)).toEqual(sent);
      });
    }
  });
}
