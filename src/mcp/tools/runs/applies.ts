import { Ids, toolInput } from '../../tool/inputs.ts';
import { readTool } from '../../tool/resource-tool.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import { logTool } from './phase-logs.ts';
import { reportState } from '../state/state-content.ts';

const apply = ({ apply_id }: { apply_id: string }): string => `apply ${apply_id}`;
const toolsets = ['plans'] as const;

export const applyTools: readonly Tool[] = [
  readTool({
    name: 'get_apply_details',
    title: 'Get apply details',
    description: 'Reads an apply: status, and how much it added, changed and destroyed.',
    toolsets,
    input: toolInput('get_apply_details', { apply_id: Ids.apply }),
    subject: apply,
    read: ({ apply_id }, { client, signal }) => client.applies.read(apply_id, { signal }),
  }),
  logTool({
    name: 'get_apply_logs',
    title: 'Get apply logs',
    description:
      'The end of an apply’s log, without colours; also while it runs. get_run_logs can search it.',
    toolsets,
    argument: 'apply_id',
    id: Ids.apply,
    open: (client, id, signal) => client.applies.openLog(id, { signal }),
  }),
  defineTool({
    name: 'get_errored_state',
    title: 'Get errored state',
    description:
      'The state that a failed apply could not store: which resources it holds; values only where the operator allows it.',
    kind: 'read',
    toolsets,
    input: toolInput('get_errored_state', { apply_id: Ids.apply }),
    subject: (args) => `errored state of ${apply(args)}`,
    async handle({ apply_id }, context) {
      const request = {
        tool: 'get_errored_state',
        subject: `apply ${apply_id}`,
        title: `Show the state that apply ${apply_id} could not store? It may hold secrets.`,
        facts: [],
        boundTo: { apply_id },
      };
      const show = async () =>
        reportState(
          `The errored state of apply ${apply_id}.`,
          await context.client.applies.openErroredState(apply_id, { signal: context.signal }),
          context,
        );
      return context.gates.allowStateSecrets ? guarded(request, context.approval, show) : show();
    },
  }),
];
