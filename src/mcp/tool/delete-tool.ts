import type { z } from 'zod';
import { reportFacts } from '../answer/report.ts';
import { guarded } from '../safety/guarded.ts';
import { defineTool, type Tool, type ToolDefinition } from './tool.ts';
import type { ToolContext } from './tool-context.ts';
import { quoteValue } from '../text/untrusted-text.ts';

interface DeleteDefinition<Input extends z.ZodObject> extends Omit<ToolDefinition<Input>, 'handle' | 'kind'> {
  /** The things that are deleted with it, read just before, for the person who has to agree. */
  readonly loss: (args: z.output<Input>, context: ToolContext) => Promise<Readonly<Record<string, unknown>>>;
  readonly remove: (args: z.output<Input>, context: ToolContext) => Promise<void>;
}

/** A tool that deletes something for good: behind the delete gate, and only with approval. */
export function deleteTool<Input extends z.ZodObject>(definition: DeleteDefinition<Input>): Tool {
  const { loss, remove, ...row } = definition;
  return defineTool({
    ...row,
    kind: 'delete',
    async handle(args, context) {
      const subject = definition.subject(args);
      const facts = await loss(args, context);
      const request = {
        tool: definition.name,
        subject,
        title: `Delete ${subject}? This cannot be undone.`,
        facts: Object.entries(facts).map(([name, value]) => `${name}: ${quoteValue(value)}`),
        boundTo: { args, facts },
      };
      return guarded(request, context.approval, async () => {
        await remove(args, context);
        return reportFacts(`Deleted ${subject}.`, { deleted: true, ...facts }, null);
      });
    },
  });
}
