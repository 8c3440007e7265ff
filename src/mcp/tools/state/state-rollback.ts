import { relatedId, type StateVersion } from '@runwright/client';
import type { Failure } from '../../answer/failure.ts';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { reportResource } from '../../answer/report.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool } from '../../tool/tool.ts';
import { quoteValue } from '../../text/untrusted-text.ts';

export const rollbackStateVersion = defineTool({
  name: 'rollback_state_version',
  title: 'Roll back state',
  description:
    'Makes an earlier state current again, as a new version, in a workspace that you have locked. Infrastructure stays: ' +
    'the next plan shows what differs. Asks for approval.',
  kind: 'write',
  toolsets: ['state'],
  input: toolInput('rollback_state_version', {
    workspace_id: Ids.workspace,
    state_version_id: Ids.stateVersion,
  }),
  subject: ({ workspace_id }) => `the state of workspace ${workspace_id}`,
  async handle({ workspace_id, state_version_id }, context) {
    const { client, signal } = context;
    const [back, current] = [
      await client.stateVersions.read(state_version_id, { signal }),
      await client.stateVersions.current(workspace_id, { signal }),
    ];
    const owner = relatedId(back, 'workspace');
    if (owner !== undefined && owner !== workspace_id) return { failure: elsewhere(state_version_id, owner) };
    const request = {
      tool: 'rollback_state_version',
      subject: `the state of workspace ${workspace_id}`,
      title: `Make state version ${state_version_id} current again in workspace ${workspace_id}?`,
      facts: [`goes back to ${versionText(back)}`, `from ${versionText(current)}`],
      boundTo: { workspace_id, state_version_id, current: current.id },
    };
    return guarded(request, context.approval, async () => {
      const made = await client.stateVersions.rollback(workspace_id, state_version_id, { signal });
      const headline = `State version ${state_version_id} is current again, as ${made.id}.`;
      return reportResource(headline, made, context, {
        facts: { rolled_back_to: state_version_id, was_serial: current.attributes.serial },
        next: [
          {
            tool: 'unlock_workspace',
            arguments: { workspace_id },
            why: 'if you locked it for this',
          },
        ],
      });
    });
  },
});

const versionText = ({ attributes }: StateVersion): string =>
  `serial ${quoteValue(attributes.serial)} of ${quoteValue((attributes['created-at'] as unknown) ?? null)}`;

const elsewhere = (id: string, owner: string): Failure => ({
  code: 'invalid_argument',
  happened: `state version ${id} is of workspace ${owner}, so nothing was changed.`,
  next: 'list_state_versions shows the state versions of the workspace that is meant.',
});
