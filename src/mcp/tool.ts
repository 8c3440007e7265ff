import { ApiError, type Client } from '@runwright/client';
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { readArguments } from './arguments.ts';
import { failureFromApi, failureText, type Failure } from './failure.ts';
import type { ToolResult } from './result.ts';

export interface ToolContext {
  readonly client: Client;
  /** Fires when the caller gives up. */
  readonly signal: AbortSignal | undefined;
}

/** Either the answer in its two forms, or why there is none. */
export type ToolOutcome =
  { readonly result: ToolResult; readonly text: string } | { readonly failure: Failure };

/** A row of the tool table. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  /** What the tool's JSON schema is made from. */
  readonly input: z.ZodType;
  /** Reads the arguments as they came and does the work. */
  call(rawArguments: unknown, context: ToolContext): Promise<ToolOutcome>;
}

export interface ToolDefinition<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: Input;
  /** What an error names as its object: `run run-…`. */
  readonly subject: (args: z.output<Input>) => string;
  readonly handle: (args: z.output<Input>, context: ToolContext) => Promise<ToolOutcome>;
}

export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  const { handle, subject, ...row } = definition;
  return {
    ...row,
    async call(rawArguments, context) {
      const read = readArguments(definition.input, rawArguments);
      if ('failure' in read) return read;
      try {
        return await handle(read.args, context);
      } catch (error) {
        if (error instanceof ApiError) return { failure: failureFromApi(error, subject(read.args)) };
        throw error;
      }
    },
  };
}

/** Never structured content with an error: older clients hold it against the output schema. */
export function toCallToolResult(tool: string, outcome: ToolOutcome): CallToolResult {
  if ('failure' in outcome) {
    return { isError: true, content: [{ type: 'text', text: failureText(tool, outcome.failure) }] };
  }
  return {
    content: [{ type: 'text', text: outcome.text }],
    structuredContent: { ...outcome.result },
  };
}
