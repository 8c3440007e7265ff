import { Ids, toolInput } from '../../tool/inputs.ts';
import { readTool } from '../../tool/resource-tool.ts';
import type { Tool } from '../../tool/tool.ts';

export const getAccountDetails: Tool = readTool({
  name: 'get_account_details',
  title: 'Get account details',
  description: 'Reads whose token this is. whoami says more.',
  toolsets: ['orgs'],
  input: toolInput('get_account_details', {}),
  subject: () => 'your account',
  read: (_, { client, signal }) => client.account.details({ signal }),
});

export const getCostEstimateDetails: Tool = readTool({
  name: 'get_cost_estimate_details',
  title: 'Get cost estimate details',
  description: 'Reads the monthly cost before and after a run, in dollars.',
  toolsets: ['plans'],
  whenMissing:
    'check the id with summarize_run, which shows the cost of a run that has an estimate; a server without cost estimation has none.',
  input: toolInput('get_cost_estimate_details', { cost_estimate_id: Ids.costEstimate }),
  subject: ({ cost_estimate_id: id }) => `cost estimate ${id}`,
  read: ({ cost_estimate_id: id }, { client, signal }) => client.costEstimates.read(id, { signal }),
});
