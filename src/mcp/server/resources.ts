import {
  ResourceTemplate,
  type McpServer,
  type ReadResourceResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { ApiError, isFinalRun } from '@runwright/client';
import { FINAL_STATUSES, PlatformRunStatus, projectStatus } from '@runwright/models';
import type { Completions } from './completions.ts';
import { failureFromApi, failureText, type Failure } from '../answer/failure.ts';
import { cleanLine } from '../logs/clean-line.ts';
import { readPlanDigest } from '../plan/plan-digest.ts';
import { digestFacts } from '../plan/plan-report.ts';
import { readRun } from '../runs/read-run.ts';
import { resourceData, runListItem } from '../answer/resource-data.ts';
import { statusOf } from '../runs/run-status.ts';
import { describeGates, isOpen } from '../safety/gates.ts';
import { outsideAllowlist } from '../safety/organizations.ts';
import { showable, showableText } from '../answer/showable.ts';
import type { ToolContext } from '../tool/tool-context.ts';
import { TOOLS } from '../tools/table.ts';
import { findPhase } from '../tools/runs/run-logs.ts';
import { fenced } from '../text/untrusted-fence.ts';

const HOUR_MS = 3_600_000;
const LOG_BYTES = 24 * 1024;
const LISTED_CHANGES = 100;

/** The content of a resource, and whether it can still change. */
interface ResourceContent {
  readonly value: unknown;
  readonly isFinal?: boolean;
}

interface TemplateRow {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly template: string;
  readonly completed: { readonly [variable: string]: keyof Completions };
  readonly read: (ids: Readonly<Record<string, string>>, context: ToolContext) => Promise<ResourceContent>;
}

const RUN = { run_id: 'runIds' } as const;
const WORKSPACE = { workspace_id: 'workspaceIds' } as const;

const TEMPLATES: readonly TemplateRow[] = [
  {
    name: 'run',
    title: 'Run',
    description: 'One run with its status',
    template: 'run://{run_id}',
    completed: RUN,
    async read({ run_id: id = '' }, context) {
      const { data } = await readRun(context, id);
      const isFinal = isFinalRun(data);
      return {
        value: { ...resourceData(data, context.detail), status: statusOf(data), is_final: isFinal },
        isFinal,
      };
    },
  },
  {
    name: 'plan-summary',
    title: 'Plan summary',
    description: 'What the plan of a run changes, without values',
    template: 'run://{run_id}/plan-summary',
    completed: RUN,
    async read({ run_id: id = '' }, context) {
      const digest = await readPlanDigest({ runId: id }, context);
      if (digest === undefined) return { value: { run_id: id, ready: false } };
      const value = {
        run_id: id,
        ready: true,
        ...digestFacts(digest),
        changes: digest.changes.slice(0, LISTED_CHANGES),
        changes_in_all: digest.changes.length,
      };
      return { value, isFinal: true };
    },
  },
  {
    name: 'run-logs-from',
    title: 'Run logs from a byte on',
    description: 'The log of the plan or apply of a run, from next_offset of the part before',
    template: 'run://{run_id}/logs/{phase}{?offset}',
    completed: RUN,
    read: readLogPart,
  },
  {
    name: 'run-logs',
    title: 'Run logs',
    description: 'The log of the plan or apply of a run, from its start',
    template: 'run://{run_id}/logs/{phase}',
    completed: RUN,
    read: readLogPart,
  },
  {
    name: 'workspace',
    title: 'Workspace',
    description: 'One workspace with its settings and lock',
    template: 'workspace://{workspace_id}',
    completed: WORKSPACE,
    read: async ({ workspace_id: id = '' }, { client, signal, detail }) => ({
      value: resourceData(await client.workspaces.read(id, { signal }), detail),
    }),
  },
  {
    name: 'workspace-outputs',
    title: 'Outputs of a workspace',
    description: 'The outputs of the current state of a workspace; sensitive values are left out',
    template: 'workspace://{workspace_id}/outputs',
    completed: WORKSPACE,
    read: async ({ workspace_id: id = '' }, { client, signal }) => ({
      value: (await client.stateVersions.currentOutputs(id, { signal })).map(({ attributes }) => attributes),
    }),
  },
  {
    name: 'workspace-runs',
    title: 'Runs of a workspace',
    description: 'The newest runs of a workspace',
    template: 'workspace://{workspace_id}/runs',
    completed: WORKSPACE,
    read: async ({ workspace_id: id = '' }, { client, signal }) => ({
      value: (await client.runs.listInWorkspace(id, { pageSize: 20, signal })).data.map(runListItem),
    }),
  },
];

export interface ResourceSettings {
  /** Returns a failure when the settings are not usable. */
  readonly contextOf: (ctx: ServerContext) => ToolContext | Failure;
  readonly completions: Completions | undefined;
  /** Texts that are never shown: the API token. */
  readonly hidden: readonly string[];
}

/**
 * The answers of the tools, for clients that let a person attach resources (mcp §4.3): JSON, private, and cached by
 * clients only when it can no longer change.
 */
export function registerResources(
  server: McpServer,
  { contextOf, completions, hidden }: ResourceSettings,
): void {
  for (const { name, title, description, template, completed, read } of TEMPLATES) {
    const complete = Object.fromEntries(
      Object.entries(completed).map(([variable, kind]) => [
        variable,
        (typed: string) => completions?.[kind](typed) ?? [],
      ]),
    );
    server.registerResource(
      name,
      new ResourceTemplate(template, { list: undefined, complete }),
      { title, description, mimeType: 'application/json' },
      async (uri, variables, ctx) => {
        const context = usable(name, contextOf(ctx));
        const ids = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]));
        try {
          const outside = await outsideAllowlist(ids, context.gates.organizations, context);
          if (outside !== undefined) throw new Error(failureText(name, outside));
          return contentOf(uri, await read(ids, context), context, hidden);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          throw new Error(showableText(failureText(name, failureFromApi(error, uri.href)), hidden));
        }
      },
    );
  }
  for (const { name, uri, description, value } of FIXED) {
    server.registerResource(name, uri, { description, mimeType: 'application/json' }, (at, ctx) => {
      const context = usable(name, contextOf(ctx));
      return contentOf(at, { value: value(context), isFinal: true }, context, hidden);
    });
  }
}

function usable(name: string, context: ToolContext | Failure): ToolContext {
  if ('happened' in context) throw new Error(failureText(name, context));
  return context;
}

function contentOf(
  uri: URL,
  { value, isFinal = false }: ResourceContent,
  { gates }: ToolContext,
  hidden: readonly string[],
): ReadResourceResult {
  const text = JSON.stringify(showable(value, { allowStateSecrets: gates.allowStateSecrets, hidden }));
  return {
    contents: [{ uri: uri.href, mimeType: 'application/json', text }],
    ttlMs: isFinal ? HOUR_MS : 0,
    cacheScope: 'private',
  };
}

interface FixedRow {
  readonly name: string;
  readonly uri: string;
  readonly description: string;
  readonly value: (context: ToolContext) => unknown;
}

const FIXED: readonly FixedRow[] = [
  {
    name: 'gates',
    uri: 'tfc://gates',
    description: 'What this MCP server allows, and why a tool may be missing',
    value: ({ gates, approval }) => ({
      gates: describeGates(gates),
      approval: approval.approvals.mode,
      tools: TOOLS.filter((tool) => isOpen(tool, gates)).map(({ name }) => name),
      missing: TOOLS.filter((tool) => !isOpen(tool, gates)).map(({ name }) => name),
    }),
  },
  {
    name: 'status-reference',
    uri: 'tfc://status-reference',
    description: 'The statuses of a run',
    value: () =>
      PlatformRunStatus.options.map((status) => ({
        status,
        shown_as: projectStatus(status),
        is_final: (FINAL_STATUSES as readonly string[]).includes(status),
      })),
  },
];

async function readLogPart(
  ids: Readonly<Record<string, string>>,
  context: ToolContext,
): Promise<ResourceContent> {
  const { client, signal } = context;
  const wanted = ids['phase'];
  if (wanted !== 'plan' && wanted !== 'apply') throw new Error('the phase is plan or apply');
  const phase = await findPhase(ids['run_id'] ?? '', wanted, context);
  if ('code' in phase) throw new Error(failureText('run-logs', phase));
  const offset = /^\d{1,12}$/.test(ids['offset'] ?? '') ? Number(ids['offset']) : 0;
  const chunk = await client[phase.collection].readLog(phase.id, { offset, limit: LOG_BYTES, signal });
  const text = Buffer.from(chunk.bytes).toString('utf8').split('\n').map(cleanLine).join('\n');
  const value = {
    phase: phase.name,
    offset,
    next_offset: chunk.nextOffset,
    complete: chunk.complete,
    untrusted_text: fenced(text, LOG_BYTES),
  };
  return { value, isFinal: chunk.complete };
}
