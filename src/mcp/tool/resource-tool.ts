import type { ListDocument, Resource } from '@runwright/client';
import type { z } from 'zod';
import { reportFacts, reportList, reportResource, type ReportOptions } from '../answer/report.ts';
import { defineTool, type Tool, type ToolDefinition } from './tool.ts';
import type { ToolContext } from './tool-context.ts';

type Common<Input extends z.ZodObject> = Omit<ToolDefinition<Input>, 'handle' | 'kind'>;

type FactsOf = (
  resource: Resource<unknown>,
  context: ToolContext,
) => Promise<Readonly<Record<string, unknown>>>;

interface ReadDefinition<Input extends z.ZodObject> extends Common<Input> {
  readonly read: (args: z.output<Input>, context: ToolContext) => Promise<Resource<unknown>>;
  readonly options?: (resource: Resource<unknown>, args: z.output<Input>) => ReportOptions;
  /** Facts that need another read: names of people. */
  readonly facts?: FactsOf;
}

/** A tool that reads one resource. */
export function readTool<Input extends z.ZodObject>(definition: ReadDefinition<Input>): Tool {
  const { read, options, facts, ...row } = definition;
  return defineTool({
    ...row,
    kind: 'read',
    async handle(args, context) {
      const resource = await read(args, context);
      const headline = `${capital(definition.subject(args))}.`;
      const rest = options?.(resource, args) ?? {};
      return reportResource(headline, resource, context, {
        ...rest,
        facts: { ...rest.facts, ...(await facts?.(resource, context)) },
      });
    },
  });
}

interface ListDefinition<Input extends z.ZodObject> extends Common<Input> {
  /** The rows, in the plural: `workspaces of organization acme`. */
  readonly rows: (args: z.output<Input>) => string;
  readonly list: (args: z.output<Input>, context: ToolContext) => Promise<ListDocument<Resource<unknown>>>;
}

/** A tool that reads one page of a list. */
export function listTool<Input extends z.ZodObject>(definition: ListDefinition<Input>): Tool {
  const { rows, list, ...row } = definition;
  return defineTool({
    ...row,
    kind: 'read',
    async handle(args, context) {
      const again = { tool: definition.name, arguments: args };
      const skip = 'skip' in args && typeof args.skip === 'number' ? args.skip : 0;
      return reportList(rows(args), await list(args, context), context, { again, skip });
    },
  });
}

interface ChangeDefinition<Input extends z.ZodObject> extends Common<Input> {
  /** The past form of the action: `Locked`. */
  readonly done: string;
  /** Returns the resource after the change, or nothing when the platform returns none. */
  readonly change: (args: z.output<Input>, context: ToolContext) => Promise<Resource<unknown> | undefined>;
  readonly options?: (args: z.output<Input>) => ReportOptions;
  readonly facts?: FactsOf;
}

/** A tool that creates or changes one resource and answers with it. */
export function changeTool<Input extends z.ZodObject>(definition: ChangeDefinition<Input>): Tool {
  const { change, done, options, facts, ...row } = definition;
  return defineTool({
    ...row,
    kind: 'write',
    async handle(args, context) {
      const resource = await change(args, context);
      const headline = `${done} ${definition.subject(args)}.`;
      const rest = options?.(args) ?? {};
      if (resource !== undefined) {
        return reportResource(headline, resource, context, {
          ...rest,
          facts: { ...rest.facts, ...(await facts?.(resource, context)) },
        });
      }
      const summary = { done: true, ...args, ...rest.facts };
      return reportFacts(headline, summary, null, rest);
    },
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
