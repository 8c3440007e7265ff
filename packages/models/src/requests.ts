import * as z from 'zod';
import { RunId } from './ids.ts';
import { RunParams, type RunParamsInput } from './run-params.ts';
import { strictFields } from './strict-fields.ts';
import { storableText } from './text.ts';
import {
  OPERATION_WORDS,
  parseWordList,
  SOURCE_WORDS,
  STATUS_GROUP_WORDS,
  STATUS_WORDS,
  type WordVocabulary,
} from './vocabulary/word-list.ts';

/**
 * A reference to an existing workspace. Only the kind is checked: the platform knows whether it exists, and shorter
 * ids than ours exist (api-contract §0.7). `WorkspaceId` is the strict form.
 */
const WorkspaceReference = z.string().regex(/^ws-[a-zA-Z0-9]+$/, {
  error: 'A workspace id is "ws-" and letters or digits, for example ws-AbCdEfGhIjKlMnOp',
});

/** To create a run (run-models, RunCreateRequest). */
export const RunCreateRequest = strictFields('a run create request', {
  workspace_id: WorkspaceReference,
  params: RunParams.optional(),
  configuration_version_id: z
    .string()
    .regex(/^cv-[a-zA-Z0-9]+$/, { error: 'A configuration version id is "cv-" and letters or digits' })
    .optional()
    .describe("Default: the workspace's current one"),
});
export type RunCreateRequest = z.output<typeof RunCreateRequest>;

/** A run create request from a caller: parameters with defaults may be omitted. */
export interface RunCreateRequestInput {
  workspace_id: string;
  params?: RunParamsInput | undefined;
  configuration_version_id?: string | undefined;
}

/** To read one run (run-models, RunDetailsRequest). */
export const RunDetailsRequest = strictFields('a run details request', { run_id: RunId });
export type RunDetailsRequest = z.infer<typeof RunDetailsRequest>;

/** To apply, discard, cancel or force-cancel a run (run-models, RunActionRequest). */
export const RunActionRequest = strictFields('a run action request', {
  run_id: RunId,
  comment: storableText().optional().describe('An explanation, kept with the run'),
});
export type RunActionRequest = z.infer<typeof RunActionRequest>;

function wordList(vocabulary: WordVocabulary<string>) {
  return z
    .string()
    .superRefine((text, context) => {
      const { problem } = parseWordList(text, vocabulary);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    })
    .optional()
    .describe(vocabulary.specification.join(', '));
}

/** A year in digits, or `year` for the last twelve months (api-contract §2.5). */
const Timeframe = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.string().regex(/^(?:year|[0-9]{4})$/, { error: 'A timeframe is "year" or a year such as 2026' }),
);

/** The limits of the original tools (mcp §1.4). */
const freeText = (maxLength: number) => z.string().max(maxLength).optional();

/** To list the runs of a workspace (run-models, RunListRequest; the filters after the four: api-contract §9). */
export const RunListRequest = strictFields('a run list request', {
  workspace_id: WorkspaceReference,
  page_number: z.int().min(1).default(1),
  page_size: z.int().min(1).max(100).default(20),
  filter_operation: wordList(OPERATION_WORDS),
  filter_status: wordList(STATUS_WORDS),
  filter_source: wordList(SOURCE_WORDS),
  filter_status_group: wordList(STATUS_GROUP_WORDS),
  filter_timeframe: Timeframe.optional(),
  filter_agent_pool_names: freeText(100),
  search_user: freeText(100),
  search_commit: freeText(40),
  search_basic: freeText(100),
});
export type RunListRequest = z.infer<typeof RunListRequest>;
export type RunListRequestInput = z.input<typeof RunListRequest>;
