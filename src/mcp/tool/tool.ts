import { ApiError } from '@runwright/client';
import type { CallToolResult, InputRequiredResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { readArguments } from './arguments.ts';
import { failureFromApi, failureText, type Failure } from '../answer/failure.ts';
import { CUT_WARNING, fitting, MAX_RESULT_LENGTH } from '../answer/fitting.ts';
import { warningLine, withoutClosedTools, type ToolResult } from '../answer/result.ts';
import { showable, showableText, type ShowableLimits } from '../answer/showable.ts';
import type { ToolKind, Toolset } from '../safety/gates.ts';
import { outsideAllowlist } from '../safety/organizations.ts';
import type { ToolContext } from './tool-context.ts';
import type { ToolOutcome } from '../answer/tool-outcome.ts';
import { takingAnyId } from './lenient-ids.ts';

/** A row of the tool table. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: ToolKind;
  readonly toolsets: readonly Toolset[];
  /** true: takes a `confirmation_token` where approval is required. */
  readonly isConfirmable: boolean;
  readonly annotations: ToolAnnotations;
  /** The source of the tool's JSON schema. */
  readonly input: z.ZodType;
  /** Reads the raw arguments and does the work. */
  call(rawArguments: unknown, context: ToolContext): Promise<ToolOutcome>;
}

export interface ToolDefinition<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: ToolKind;
  readonly toolsets: readonly Toolset[];
  /** true unless given: a tool that changes something may undo or destroy. */
  readonly isDestructive?: boolean;
  /** false unless given: only reading tools can be repeated without risk. */
  readonly isIdempotent?: boolean;
  readonly isConfirmable?: boolean;
  /** The next step when the server does not know the thing; default: check the id. */
  readonly whenMissing?: string;
  /** Explains a conflict of the thing's state, with current facts. */
  readonly whenConflicting?: (
    args: z.output<Input>,
    failure: Failure,
    context: ToolContext,
  ) => Promise<Failure>;
  readonly input: Input;
  /** The object of an error: `run run-…`. */
  readonly subject: (args: z.output<Input>) => string;
  /** The organization, for the allow-list, if no argument has that name. */
  readonly organizationOf?: (args: z.output<Input>) => string;
  readonly handle: (args: z.output<Input>, context: ToolContext) => Promise<ToolOutcome>;
}

export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  const {
    handle,
    subject,
    organizationOf,
    isDestructive,
    isIdempotent,
    isConfirmable = false,
    whenMissing,
    whenConflicting,
    ...row
  } = definition;
  const isRead = row.kind === 'read';
  return {
    ...row,
    isConfirmable,
    annotations: {
      readOnlyHint: isRead,
      destructiveHint: !isRead && (isDestructive ?? true),
      // Without the hint a tool counts as not idempotent; reading tools need none.
      ...(!isRead && isIdempotent === true ? { idempotentHint: true } : {}),
      openWorldHint: true,
    },
    async call(rawArguments, context) {
      const { own, confirmationToken } = splitConfirmation(rawArguments, isConfirmable, context);
      const read = readArguments(takingAnyId(definition.input, context.idCheck), own);
      if ('failure' in read) return read;
      try {
        const failure = await outsideAllowlist(
          organizationOf === undefined
            ? read.args
            : { ...read.args, organization: organizationOf(read.args) },
          context.gates.organizations,
          context,
        );
        if (failure !== undefined) return { failure };
        const approval = { ...context.approval, confirmationToken };
        return await handle(read.args, { ...context, approval });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const failure = failureFromApi(error, subject(read.args));
        if (failure.code === 'not_found_or_no_access' && whenMissing !== undefined) {
          return { failure: { ...failure, next: whenMissing } };
        }
        if (failure.code === 'conflict_state' && whenConflicting !== undefined) {
          return { failure: await whenConflicting(read.args, failure, context) };
        }
        return { failure };
      }
    },
  };
}

/** The confirmation is about the call and no argument of it: the specification's arguments stay unchanged. */
function splitConfirmation(
  raw: unknown,
  isConfirmable: boolean,
  { approval }: ToolContext,
): { own: unknown; confirmationToken: string | undefined } {
  const isTaken = isConfirmable && approval.approvals.mode === 'require';
  if (!isTaken || typeof raw !== 'object' || raw === null) return { own: raw, confirmationToken: undefined };
  const { confirmation_token: given, ...own } = raw as Record<string, unknown>;
  return { own, confirmationToken: typeof given === 'string' ? given : undefined };
}

/**
 * The client's form of an outcome. Every answer passes here, so this removes credential addresses, sensitive values
 * and invisible characters. An error has no structured content: older clients check it against the output schema.
 */
export function toCallToolResult(
  tool: string,
  outcome: ToolOutcome,
  limits: ShowableLimits & {
    /** Whether a tool of this name can be called here. */
    readonly isOpen: (tool: string) => boolean;
  },
): CallToolResult | InputRequiredResult {
  if ('ask' in outcome) return outcome.ask;
  if ('failure' in outcome) {
    const text = showableText(failureText(tool, outcome.failure), limits.hidden);
    return { isError: true, content: [{ type: 'text', text }] };
  }
  const { result, text } = withoutClosedTools(outcome, limits.isOpen);
  const shown = showable({ ...result }, limits) as ToolResult;
  const fits = fitting(shown);
  return {
    content: [
      { type: 'text', text: textWith(showableText(text, limits.hidden), fits === shown) },
      ...(outcome.link === undefined
        ? []
        : [{ type: 'resource_link' as const, mimeType: 'application/json', ...outcome.link }]),
    ],
    structuredContent: { ...fits },
  };
}

/** The text form, with the warning of a cut structured form. */
function textWith(text: string, isWhole: boolean): string {
  if (isWhole && text.length <= MAX_RESULT_LENGTH) return text;
  const warning = warningLine(CUT_WARNING);
  return `${text.slice(0, MAX_RESULT_LENGTH - warning.length - 1)}\n${warning}`;
}
