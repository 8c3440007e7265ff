import {
  CLIENT_CAPABILITIES_META_KEY,
  McpServer,
  type ClientCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Client } from '@runwright/client';
import { agentName } from './agent-name.ts';
import { completionsFor } from './completions.ts';
import { failureFromUnknown, type Failure } from '../answer/failure.ts';
import { ICON } from './icon.ts';
import { instructionsFor } from './instructions.ts';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';
import { createApprovals, type Approvals } from '../safety/approval.ts';
import type { Audit } from '../safety/audit.ts';
import { DEFAULT_GATES, isOpen, type Gates } from '../safety/gates.ts';
import type { IdCheck } from '../tool/lenient-ids.ts';
import type { Detail } from '../answer/resource-data.ts';
import { inputSchemaOf, OUTPUT_SCHEMA } from '../tool/schemas.ts';
import { toCallToolResult, type Tool } from '../tool/tool.ts';
import type { ToolContext } from '../tool/tool-context.ts';
import { TOOLS } from '../tools/table.ts';

/** The settings of a server instance. All but `version` and `client` default to those of the specification's tools. */
export interface McpServerSettings {
  readonly version: string;
  /** A failure when the settings are not usable: it is then the answer to every call. */
  readonly client: Client | Failure;
  /** The client that names the agent to the server, which records it with the agent's actions. Default: `client`. */
  readonly clientFor?: (agent: string) => Client;
  readonly gates?: Gates;
  /** Made once per process with `createApprovals`, and shared by all of its instances. Default: mode `auto`. */
  readonly approvals?: Approvals;
  /** The caller, for approvals and the audit: an approval is valid only for the same caller. Default `local`. */
  readonly caller?: string;
  /** Receives a line for each guarded call. Default: no audit. */
  readonly audit?: Audit;
  readonly detail?: Detail;
  /** Default `strict`. */
  readonly idCheck?: IdCheck;
  /** Texts that must never be shown, whatever a server answers: the API token. */
  readonly hidden?: readonly string[];
}

/**
 * One server instance, for any transport: one per connection, or one per request where there are no connections. Its
 * tools are prepared once when this module is loaded, so that an instance costs little.
 */
export function createMcpServer(settings: McpServerSettings): McpServer {
  const { version, client, gates = DEFAULT_GATES } = settings;
  const approvals = settings.approvals ?? createApprovals('auto');
  const idCheck = settings.idCheck ?? 'strict';
  const server = new McpServer(
    { name: 'runwright', title: 'Runwright: Terraform runs', version, icons: [ICON] },
    { capabilities: { tools: { listChanged: false } }, instructions: instructionsFor(gates) },
  );
  const owners = new Map<string, string>();
  const clients = new Map<string, Client>();
  const clientOf = (api: Client, ctx: ServerContext): Client => {
    const agent = agentName(server, ctx);
    if (agent === undefined || settings.clientFor === undefined) return api;
    const known = clients.get(agent) ?? settings.clientFor(agent);
    clients.clear();
    clients.set(agent, known);
    return known;
  };
  const contextOf = (api: Client, ctx: ServerContext): ToolContext => ({
    client: clientOf(api, ctx),
    signal: ctx.mcpReq.signal,
    gates,
    detail: settings.detail ?? 'concise',
    idCheck,
    idempotencyKey: ctx.mcpReq._meta?.['tfc/idempotency-key'],
    owners,
    approval: {
      approvals,
      caller: settings.caller ?? 'local',
      audit: settings.audit ?? (() => undefined),
      ...abilitiesOf(server, ctx),
      requestState: ctx.mcpReq.requestState<string>(),
      answers: ctx.mcpReq.inputResponses,
      confirmationToken: undefined,
    },
    reportProgress: (progress, total, message) => reportProgress(ctx, progress, total, message),
    tellPageIsDone: async (elicitationId) => {
      if (!isSessional(ctx)) return;
      await ctx.mcpReq.notify({ method: 'notifications/elicitation/complete', params: { elicitationId } });
    },
  });
  const limits = {
    allowStateSecrets: gates.allowStateSecrets,
    hidden: settings.hidden ?? [],
    isOpen: (name: string) => TOOLS.some((tool) => tool.name === name && isOpen(tool, gates)),
  };

  for (const tool of TOOLS) {
    if (!isOpen(tool, gates)) continue;
    const { name, title, description, annotations } = tool;
    const inputSchema = inputSchemaOf(tool, approvals.mode, idCheck);
    server.registerTool(
      name,
      { title, description, annotations, inputSchema, outputSchema: OUTPUT_SCHEMA },
      (rawArguments: unknown, ctx: ServerContext) => answer(tool, rawArguments, ctx),
    );
  }

  const completions = 'happened' in client ? undefined : completionsFor(client, gates);
  registerResources(server, {
    contextOf: (ctx) => ('happened' in client ? client : contextOf(client, ctx)),
    completions,
    hidden: limits.hidden,
  });
  registerPrompts(server, completions);

  async function answer(tool: Tool, rawArguments: unknown, ctx: ServerContext) {
    if ('happened' in client) return toCallToolResult(tool.name, { failure: client }, limits);
    try {
      return toCallToolResult(tool.name, await tool.call(rawArguments, contextOf(client, ctx)), limits);
    } catch (error) {
      if (ctx.mcpReq.signal.aborted) throw error;
      return toCallToolResult(tool.name, { failure: failureFromUnknown(error) }, limits);
    }
  }

  return server;
}

/** Clients of the 2025 protocols send their abilities once in a session; those of 2026 with each request. */
const isSessional = (ctx: ServerContext): boolean => ctx.mcpReq.envelope === undefined;

/** The things that the client can show its person: a form, a page. */
function abilitiesOf(server: McpServer, ctx: ServerContext) {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
  const ofRequest = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const elicitation = (ofRequest ?? server.server.getClientCapabilities())?.elicitation;
  const canOpen = elicitation !== undefined && 'url' in elicitation;
  return {
    canAsk: elicitation !== undefined && ('form' in elicitation || !canOpen),
    canOpen,
    isSessional: isSessional(ctx),
  };
}

async function reportProgress(
  ctx: ServerContext,
  progress: number,
  total: number,
  message: string,
): Promise<void> {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await ctx.mcpReq.notify({
    method: 'notifications/progress',
    params: { progressToken, progress, total, message },
  });
}
