import * as z from 'zod';
import { deleteTool } from '../tool/delete-tool.ts';
import { Ids, OrganizationName, toolInput } from '../tool/inputs.ts';
import type { Tool } from '../tool/tool.ts';
import type { ToolContext } from '../tool/tool-context.ts';

interface Given {
  readonly agent_pool_id?: string | undefined;
  readonly agent_id?: string | undefined;
  readonly ssh_key_id?: string | undefined;
  readonly notification_id?: string | undefined;
}

/** Things that are deleted by their id alone: their name, and the call that removes them. */
const KINDS = {
  agent_pool_id: {
    word: 'agent pool',
    of: ({ client }: ToolContext) => client.agentPools,
  },
  agent_id: {
    word: 'agent',
    of: ({ client: { agentPools } }: ToolContext) => ({
      read: agentPools.readAgent,
      delete: agentPools.deleteAgent,
    }),
  },
  ssh_key_id: { word: 'SSH key', of: ({ client }: ToolContext) => client.sshKeys },
  notification_id: {
    word: 'notification',
    of: ({ client }: ToolContext) => client.notificationConfigurations,
  },
} as const;
type Key = keyof typeof KINDS;
const KEYS = Object.keys(KINDS) as Key[];

const given = (args: Given) => KEYS.filter((key) => args[key] !== undefined);

function only(args: Given): { key: Key; id: string } {
  const [key = 'agent_pool_id'] = given(args);
  return { key, id: args[key] ?? '' };
}

const ONE_OF: Readonly<Record<Key, z.ZodOptional<z.ZodString>>> = {
  agent_pool_id: Ids.agentPool.optional(),
  agent_id: Ids.agent.optional(),
  ssh_key_id: Ids.sshKey.optional(),
  notification_id: Ids.notification.optional(),
};

const removal = deleteTool({
  name: 'delete_related',
  title: 'Delete what belongs to something',
  description:
    'Deletes one agent pool, agent that is gone, SSH key or notification, by its id. Asks for approval.',
  toolsets: ['workspaces'],
  input: toolInput('delete_related', ONE_OF).refine((args) => given(args).length === 1, {
    error: 'give exactly one id of what is to be deleted',
  }),
  subject: (args) => `${KINDS[only(args).key].word} ${only(args).id}`,
  loss: async (args, context) => {
    const { key, id } = only(args);
    const { attributes } = await KINDS[key].of(context).read(id, { signal: context.signal });
    return { name: attributes.name };
  },
  remove: async (args, context) => {
    const { key, id } = only(args);
    await KINDS[key].of(context).delete(id, { signal: context.signal });
  },
});

export const deletionTools: readonly Tool[] = [
  removal,
  deleteTool({
    name: 'delete_organization_tags',
    title: 'Delete tags of an organization',
    description: 'Deletes tags from an organization and all its workspaces, by id. Asks for approval.',
    toolsets: ['workspaces'],
    input: toolInput('delete_organization_tags', {
      organization: OrganizationName,
      tags: z
        .array(z.string().regex(/^tag-[a-zA-Z0-9]{16}$/))
        .min(1)
        .max(100),
    }),
    subject: ({ tags, organization }) => `${String(tags.length)} tags of organization ${organization}`,
    loss: ({ tags }) => Promise.resolve({ tags: tags.join(', ') }),
    remove: async ({ organization, tags }, { client, signal }) => {
      await client.organizations.deleteTags(organization, tags, { signal });
    },
  }),
];
