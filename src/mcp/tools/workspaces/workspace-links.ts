import { relatedId } from '@runwright/client';
import * as z from 'zod';
import { everyPage } from '../../reading/every-page.ts';
import type { Failure } from '../../answer/failure.ts';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { reportFacts } from '../../answer/report.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { quoteText } from '../../text/untrusted-text.ts';

const MAX_PAGES = 50;

interface Change {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

interface Link {
  /** The form of an entry in add and remove, for the error about a wrong entry. */
  readonly entry: string;
  readonly isEntry: (text: string) => boolean;
  /** Whether it lets somebody read, start or fetch more than before: a person has to agree. */
  readonly isAccess: boolean;
  readonly apply: (workspaceId: string, change: Change, context: ToolContext) => Promise<void>;
}

const isId = (schema: z.ZodType) => (text: string) => schema.safeParse(text).success;

/** Things that can be added to a workspace and removed from it. */
const LINKS = {
  state_readers: {
    entry: 'ids of workspaces whose runs may read the state',
    isEntry: isId(Ids.workspace),
    isAccess: true,
    async apply(id, { add, remove }, { client, signal }) {
      if (add.length > 0) await client.workspaces.addRemoteStateConsumers(id, add, { signal });
      if (remove.length > 0) await client.workspaces.removeRemoteStateConsumers(id, remove, { signal });
    },
  },
  run_triggers: {
    entry: 'ids of workspaces whose applies queue a run here',
    isEntry: isId(Ids.workspace),
    isAccess: true,
    async apply(id, { add, remove }, context) {
      const { client, signal } = context;
      const triggers = remove.length === 0 ? new Map<string, string>() : await triggersInto(id, context);
      for (const source of add) await client.runTriggers.create(id, source, { signal });
      for (const source of remove) {
        const trigger = triggers.get(source);
        if (trigger !== undefined) await client.runTriggers.delete(trigger, { signal });
      }
    },
  },
  ssh_key: {
    entry: 'the id of one SSH key',
    isEntry: isId(Ids.sshKey),
    isAccess: true,
    async apply(id, { add: [key] }, { client, signal }) {
      await client.workspaces.assignSshKey(id, key ?? null, { signal });
    },
  },
  tags: {
    entry: 'names of tags',
    isEntry: (text) => text !== '',
    isAccess: false,
    async apply(id, { add, remove }, { client, signal }) {
      if (add.length > 0) await client.workspaces.addTags(id, add, { signal });
      if (remove.length > 0) await client.workspaces.removeTags(id, remove, { signal });
    },
  },
  tag_bindings: {
    entry: 'tags as key=value, of which remove takes the keys',
    isEntry: (text) => text !== '' && !text.startsWith('='),
    isAccess: false,
    async apply(id, { add, remove }, { client, signal }) {
      if (add.length > 0) await client.workspaces.setTagBindings(id, add.map(bindingOf), { signal });
      if (remove.length > 0) {
        await client.workspaces.removeTagBindings(
          id,
          remove.map((text) => bindingOf(text).key),
          { signal },
        );
      }
    },
  },
} as const satisfies Readonly<Record<string, Link>>;

const LINK_KINDS = Object.keys(LINKS) as (keyof typeof LINKS)[];

const Entries = z.array(z.string().max(520)).max(100).default([]);

export const changeWorkspaceLinks = defineTool({
  name: 'change_workspace_links',
  title: 'Change what a workspace is linked to',
  description:
    'Adds and removes state_readers and run_triggers (workspace ids), ssh_key (one id), tags (names) or tag_bindings ' +
    '("key=value"; remove: keys). list_related shows them. All but tags ask for approval.',
  kind: 'write',
  toolsets: ['workspaces'],
  input: toolInput('change_workspace_links', {
    workspace_id: Ids.workspace,
    what: z.enum(LINK_KINDS),
    add: Entries,
    remove: Entries,
  }),
  subject: ({ what, workspace_id }) => `${what.replaceAll('_', ' ')} of workspace ${workspace_id}`,
  async handle({ workspace_id, what, add, remove }, context) {
    const link: Link = LINKS[what];
    const wrong = [...add, ...remove].find((entry) => !link.isEntry(entry));
    if (add.length + remove.length === 0 || wrong !== undefined || (what === 'ssh_key' && add.length > 1)) {
      return { failure: needs(link) };
    }
    const act = async () => {
      await link.apply(workspace_id, { add, remove }, context);
      const facts = { workspace_id, what, added: add, removed: remove };
      return reportFacts(`Changed the ${what} of workspace ${workspace_id}.`, facts, null);
    };
    if (!link.isAccess) return await act();
    const request = {
      tool: 'change_workspace_links',
      subject: `workspace ${workspace_id}`,
      title: `Change the ${what} of workspace ${workspace_id}?`,
      facts: [`adds: ${quoted(add)}`, `removes: ${quoted(remove)}`],
      boundTo: { workspace_id, what, add, remove },
    };
    return await guarded(request, context.approval, act);
  },
});

const needs = ({ entry }: Link): Failure => ({
  code: 'invalid_argument',
  happened: `add and remove must hold ${entry}, and not both be empty; nothing was sent to the server.`,
  next: 'correct add and remove and call again.',
});

const quoted = (entries: readonly string[]): string =>
  entries.length === 0 ? 'nothing' : entries.map((entry) => quoteText(entry, 100)).join(', ');

function bindingOf(text: string): { key: string; value: string } {
  const [key = '', ...value] = text.split('=');
  return { key, value: value.join('=') };
}

/** The run triggers of a workspace, by the workspaces that start its runs. */
async function triggersInto(workspaceId: string, { client, signal }: ToolContext) {
  const { data } = await everyPage(MAX_PAGES, (pageNumber) =>
    client.runTriggers.list(workspaceId, 'inbound', { pageNumber, pageSize: 100, signal }),
  );
  return new Map(data.map((trigger) => [relatedId(trigger, 'sourceable') ?? '', trigger.id]));
}
