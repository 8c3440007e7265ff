/**
 * Twelve tasks that people give an agent, as the tool calls that it makes and the words that the answers must
 * contain. `bench/mcp` measures their costs, and a test checks each against its budget.
 */
import { DEFAULT_GATES, type Gates } from '../../src/mcp/safety/gates.ts';
import { connectTools, readToolAnswer, type ToolAnswer } from '../../src/mcp/testing/tool-caller.ts';
import { ADMIN_TOKEN } from './server.ts';
import { apply, ORGANIZATION, plan, type StoryWorld } from './story-world.ts';

type Args = Record<string, unknown>;

/** What an agent can use in a story. */
interface Agent {
  readonly world: StoryWorld;
  /** Calls a tool, and throws when it fails unexpectedly. */
  call(tool: string, args: Args): Promise<ToolAnswer>;
  /** Records which of these words are missing in the texts of the story so far. */
  mustSay(...words: readonly (string | RegExp)[]): void;
}

const GATES = {
  core: { ...DEFAULT_GATES, toolsets: ['core'] },
  usual: DEFAULT_GATES,
  access: { ...DEFAULT_GATES, allowAccess: true },
} as const satisfies Record<string, Gates>;

export interface Story {
  readonly name: string;
  /** The gates that must be open for the story. */
  readonly needs: keyof typeof GATES;
  readonly play: (agent: Agent) => Promise<void>;
}

const idOf = ({ result }: ToolAnswer): unknown => result?.summary['id'];
const bestOf = ({ result }: ToolAnswer): unknown => result?.summary['best_id'];

/** Finds a workspace by name, as an agent does. */
const find = async ({ call }: Agent, query: string): Promise<unknown> =>
  bestOf(await call('find_workspace', { query, organization: ORGANIZATION }));

export const STORIES: readonly Story[] = [
  {
    name: 'deploy it, and tell me the address',
    needs: 'core',
    async play(agent) {
      const { call, world } = agent;
      const workspace_id = await find(agent, 'shop');
      const run_id = idOf(await call('create_run', { workspace_id, params: { message: 'Deploy' } }));
      await plan(world.server);
      await call('wait_for_run', { run_id });
      await call('get_plan_summary', { run_id });
      await call('apply_run', { run_id, comment: 'The user agreed' });
      await apply(world.server, 4);
      await call('wait_for_run', { run_id });
      await call('get_workspace_outputs', { workspace_id });
      agent.mustSay('replace aws_db_instance.orders', 'https://shop.example.com', 'applied_additions: 9');
    },
  },
  {
    name: 'why did it fail, and what is there now?',
    needs: 'core',
    async play(agent) {
      const workspace_id = await find(agent, 'broken');
      await agent.call('list_runs_in_workspace', { workspace_id, page_size: 3 });
      await agent.call('diagnose_run', { run_id: agent.world.failedRun });
      agent.mustSay('UnauthorizedOperation', 'aws_instance.web[1]', '1 added, 0 changed, 0 destroyed');
    },
  },
  {
    name: 'what would be destroyed if I approve?',
    needs: 'core',
    async play(agent) {
      const workspace_id = await find(agent, 'payments');
      await agent.call('get_workspace_details', { workspace_id });
      const { plannedRun: run_id } = agent.world;
      await agent.call('summarize_run', { run_id });
      await agent.call('get_plan_summary', { run_id, actions: ['delete', 'replace'] });
      agent.mustSay('aws_s3_bucket.old', 'aws_db_instance.orders', 'check.health', 'aws_sqs_queue.work');
    },
  },
  {
    name: 'is it still the plan that was reviewed?',
    needs: 'core',
    async play(agent) {
      const { plannedRun: run_id, otherRun: other_run_id } = agent.world;
      await agent.call('compare_runs', { run_id, other_run_id });
      agent.mustSay('identical: false', 'module.shop.aws_instance.web[0]');
    },
  },
  {
    name: 'why does nothing happen?',
    needs: 'core',
    async play(agent) {
      await agent.call('wait_for_run', { run_id: agent.world.waitingRun, timeout_s: 5 });
      agent.mustSay('ann', 'moving house', 'Waiting does not help');
    },
  },
  {
    name: 'who applied the last change, and why?',
    needs: 'core',
    async play(agent) {
      const { appliedRun: run_id } = agent.world;
      await agent.call('get_run_details', { run_id });
      await agent.call('list_run_comments', { run_id });
      agent.mustSay(/confirmed_by: .*ann/, 'Ticket 4711');
    },
  },
  {
    name: 'what would destroying everything do?',
    needs: 'core',
    async play(agent) {
      const { call, world } = agent;
      const { shop: workspace_id } = world.workspaces;
      const params = { is_destroy: true, plan_only: true };
      const run_id = idOf(await call('create_run', { workspace_id, params }));
      await plan(world.server);
      await call('wait_for_run', { run_id });
      await call('get_plan_summary', { run_id });
      agent.mustSay('can never be applied', 'delete aws_s3_bucket.old');
    },
  },
  {
    name: 'change a variable, and show what it does',
    needs: 'usual',
    async play(agent) {
      const { call, world } = agent;
      const { shop: workspace_id } = world.workspaces;
      const { result } = await call('list_workspace_variables', { workspace_id });
      const rows = result?.data as { id: string; attributes: { key: string } }[];
      const variable_id = rows.find(({ attributes }) => attributes.key === 'size')?.id;
      await call('update_workspace_variable', { workspace_id, variable_id, params: { value: 'large' } });
      const run_id = idOf(await call('create_run', { workspace_id, params: { plan_only: true } }));
      await plan(world.server, 'large');
      await call('wait_for_run', { run_id, until: 'planned' });
      await call('get_plan_summary', { run_id });
      agent.mustSay('value: large', '9 to add, 2 to change, 2 to destroy');
    },
  },
  {
    name: 'what failed lately, in all workspaces?',
    needs: 'core',
    async play(agent) {
      const args = { organization: ORGANIZATION, filter_status_group: 'failed' };
      await agent.call('list_runs_in_organization', args);
      agent.mustSay(agent.world.failedRun, 'broken');
    },
  },
  {
    name: 'put it back as it was before',
    needs: 'usual',
    async play(agent) {
      const { call, world } = agent;
      const { shop: workspace_id } = world.workspaces;
      const { result } = await call('list_state_versions', {
        organization: ORGANIZATION,
        workspace_name: 'shop',
      });
      const [, before] = result?.data as { id: string }[];
      await call('lock_workspace', { workspace_id, reason: 'Back to the state before' });
      await call('rollback_state_version', { workspace_id, state_version_id: before?.id });
      await call('unlock_workspace', { workspace_id });
      agent.mustSay('serial: 5');
    },
  },
  {
    name: 'a new workspace with the credentials of the team',
    needs: 'usual',
    async play(agent) {
      const { call } = agent;
      const created = await call('create_workspace', {
        organization: ORGANIZATION,
        name: 'reports',
        params: { terraform_version: '1.11.4', auto_apply: false },
      });
      const { result } = await call('list_variable_sets', { organization: ORGANIZATION });
      const [set] = result?.data as { id: string }[];
      await call('assign_variable_set_to_workspaces', {
        varset_id: set?.id,
        workspace_ids: [idOf(created)],
      });
      await call('create_workspace_variable', {
        workspace_id: idOf(created),
        key: 'region',
        category: 'terraform',
        params: { value: 'eu-west-1' },
      });
      agent.mustSay('name: reports', 'key: region');
    },
  },
  {
    name: 'who may do what in this workspace?',
    needs: 'access',
    async play(agent) {
      await agent.call('whoami', {});
      await agent.call('list_teams', { organization: ORGANIZATION });
      await agent.call('list_team_access', { workspace_id: agent.world.workspaces.payments });
      agent.mustSay('owners', 'admin');
    },
  },
];

export interface StoryResult {
  readonly name: string;
  readonly calls: number;
  /** Bytes of the complete results as they are sent. */
  readonly wireBytes: number;
  readonly textBytes: number;
  /** Words that the answers lacked; empty when the story succeeded. */
  readonly missing: readonly string[];
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Plays the stories one after the other, in their own world. */
export async function playStories(world: StoryWorld): Promise<StoryResult[]> {
  const results: StoryResult[] = [];
  for (const story of STORIES) results.push(await playStory(story, world));
  return results;
}

async function playStory(story: Story, world: StoryWorld): Promise<StoryResult> {
  const tools = await connectTools(world.server.url, {
    token: ADMIN_TOKEN,
    hidden: [ADMIN_TOKEN],
    gates: GATES[story.needs],
  });
  let [calls, wireBytes, said]: [number, number, string] = [0, 0, ''];
  let textBytes = 0;
  const missing: string[] = [];
  try {
    await story.play({
      world,
      async call(name, args) {
        const raw = await tools.client.callTool({ name, arguments: args });
        const answer = readToolAnswer(raw);
        calls += 1;
        wireBytes += bytesOf(JSON.stringify(raw));
        textBytes += bytesOf(answer.text);
        said += `${answer.text}\n`;
        if (answer.isError) missing.push(`${name}: ${answer.text}`);
        return answer;
      },
      mustSay(...words) {
        for (const word of words) {
          const isSaid = typeof word === 'string' ? said.includes(word) : word.test(said);
          if (!isSaid) missing.push(String(word));
        }
      },
    });
  } finally {
    await tools.close();
  }
  return { name: story.name, calls, wireBytes, textBytes, missing };
}
