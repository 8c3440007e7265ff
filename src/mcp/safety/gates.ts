/** The groups that `TFC_TOOLSETS` names (mcp §4.2). `core` is the run tools of the specification and related ones. */
export const TOOLSETS = [
  'core',
  'runs',
  'plans',
  'workspaces',
  'variables',
  'state',
  'orgs',
  'projects',
  'assessments',
  'access',
  'registry',
] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** The effect of a tool on the platform: it reads, changes, or deletes for good. */
export type ToolKind = 'read' | 'write' | 'delete';

/** The operator's limits for this MCP server. An HTTP request can only tighten them, with {@link tightenGates}. */
export interface Gates {
  /** `READ_ONLY_TOOLS`: tools that change something do not exist. Wins over everything else. */
  readonly readOnly: boolean;
  /** `ENABLE_DELETE_TOOLS`: tools that delete exist. */
  readonly allowDelete: boolean;
  /** `ENABLE_ACCESS_TOOLS`: tools of the toolset `access` exist, which change permissions. */
  readonly allowAccess: boolean;
  /** `TFC_TOOLSETS`; undefined: all. */
  readonly toolsets: readonly Toolset[] | undefined;
  /** `TFC_TOOLS`: these tools, whatever their toolset; undefined: those of the toolsets. */
  readonly tools: readonly string[] | undefined;
  /** `TFC_EXCLUDE_TOOLS`. */
  readonly excludedTools: readonly string[];
  /** `TFC_ORG_ALLOWLIST`: only these organizations are touched; undefined: all that the token can see. */
  readonly organizations: readonly string[] | undefined;
  /** `TFC_ALLOW_STATE_SECRETS`: state files and sensitive outputs may be shown. */
  readonly allowStateSecrets: boolean;
}

/** The usual set of these tools: all except those that delete and those that give access. */
export const DEFAULT_GATES: Gates = {
  readOnly: false,
  allowDelete: false,
  allowAccess: false,
  toolsets: undefined,
  tools: undefined,
  excludedTools: [],
  organizations: undefined,
  allowStateSecrets: false,
};

interface GatedTool {
  readonly name: string;
  readonly kind: ToolKind;
  /** Every toolset of the tool. */
  readonly toolsets: readonly Toolset[];
}

/** false: the tool is not listed and cannot be called. */
export function isOpen(tool: GatedTool, gates: Gates): boolean {
  if (gates.readOnly && tool.kind !== 'read') return false;
  if (!gates.allowDelete && tool.kind === 'delete') return false;
  if (!gates.allowAccess && tool.toolsets.includes('access')) return false;
  if (gates.excludedTools.includes(tool.name)) return false;
  if (gates.tools !== undefined) return gates.tools.includes(tool.name);
  return gates.toolsets === undefined || tool.toolsets.some((name) => gates.toolsets?.includes(name));
}

/** The combination of both: nothing is open that one of them closes. */
export function tightenGates(gates: Gates, wish: Partial<Gates>): Gates {
  return {
    readOnly: gates.readOnly || wish.readOnly === true,
    allowDelete: gates.allowDelete && wish.allowDelete !== false,
    allowAccess: gates.allowAccess && wish.allowAccess !== false,
    toolsets: intersection(gates.toolsets, wish.toolsets),
    tools: intersection(gates.tools, wish.tools),
    excludedTools: [...new Set([...gates.excludedTools, ...(wish.excludedTools ?? [])])],
    organizations: intersection(gates.organizations, wish.organizations),
    allowStateSecrets: gates.allowStateSecrets && wish.allowStateSecrets !== false,
  };
}

function intersection<T extends string>(
  ours: readonly T[] | undefined,
  theirs: readonly T[] | undefined,
): readonly T[] | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  return ours.filter((name) => theirs.includes(name));
}

/** The gates in words, for people and models that miss a tool. */
export function describeGates(gates: Gates): string[] {
  return [
    ...(gates.readOnly ? ['Read-only: tools that change something are switched off (READ_ONLY_TOOLS).'] : []),
    ...(gates.readOnly || gates.allowDelete
      ? []
      : ['Tools that delete are switched off (ENABLE_DELETE_TOOLS).']),
    ...(gates.allowAccess
      ? []
      : ['Tools for teams, members and tokens are switched off (ENABLE_ACCESS_TOOLS).']),
    ...(gates.toolsets === undefined
      ? []
      : [`Only the toolsets ${gates.toolsets.join(', ') || '(none)'} are switched on (TFC_TOOLSETS).`]),
    ...(gates.tools === undefined
      ? []
      : [`Only the tools ${gates.tools.join(', ') || '(none)'} are switched on (TFC_TOOLS).`]),
    ...(gates.excludedTools.length === 0
      ? []
      : [`The tools ${gates.excludedTools.join(', ')} are switched off (TFC_EXCLUDE_TOOLS).`]),
    ...(gates.organizations === undefined
      ? []
      : [
          `Only the organizations ${gates.organizations.join(', ') || '(none)'} may be touched (TFC_ORG_ALLOWLIST).`,
        ]),
    ...(gates.allowStateSecrets
      ? ['State files and sensitive outputs may be shown (TFC_ALLOW_STATE_SECRETS).']
      : []),
  ];
}
