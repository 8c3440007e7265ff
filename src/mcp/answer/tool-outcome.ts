import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { Failure } from './failure.ts';
import type { ToolResult } from './result.ts';

/** The answer in its two forms, why there is none, or a question that the client must answer first. */
export type ToolOutcome =
  | {
      readonly result: ToolResult;
      readonly text: string;
      /** Where what has no room in the answer can be attached from. */
      readonly link?: { readonly uri: string; readonly name: string } | undefined;
    }
  | { readonly failure: Failure }
  | { readonly ask: InputRequiredResult };
