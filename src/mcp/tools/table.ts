import type { Tool } from '../tool.ts';
import { createRun } from './create-run.ts';
import { getRunDetails } from './get-run-details.ts';
import { listRunsInWorkspace } from './list-runs-in-workspace.ts';
import { runActionTools } from './run-actions.ts';

/** Every tool, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = [createRun, listRunsInWorkspace, getRunDetails, ...runActionTools];
