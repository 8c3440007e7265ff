import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { Failure } from './failure.ts';
import type { ToolResult } from './result.ts';

/** The answer in its two forms, the reason why there is none, or a question that the client must answer first. */
export type ToolOutcome =
  | {
      readonly result: ToolResult;
      readonly text: string;
      /** The resource to attach when the answer has no room for the content. */
      readonly link?: { readonly uri: string; readonly name: string } | undefined;
    }
  | { readonly failure: Failure }
  | { readonly ask: InputRequiredResult };
