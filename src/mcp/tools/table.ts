import type { Tool } from '../tool.ts';
import { getAccountDetails, getCostEstimateDetails } from './account.ts';
import { setAgentPool } from './agent-pools.ts';
import { applyTools } from './applies.ts';
import { assessmentTools } from './assessments.ts';
import { compareRuns } from './compare-runs.ts';
import { createRun } from './create-run.ts';
import { deletionTools } from './delete-related.ts';
import { diagnoseRun } from './diagnose-run.ts';
import { findWorkspace } from './find-workspace.ts';
import { getRunDetails } from './get-run-details.ts';
import { listRelated } from './list-related.ts';
import { listRunsInOrganization, listRunsInWorkspace } from './list-runs.ts';
import { memberTools } from './members.ts';
import { testNotification } from './notifications.ts';
import { organizationTools } from './organizations.ts';
import { getPlanSummary } from './plan-summary.ts';
import { planTools } from './plans.ts';
import { previewRunAction } from './preview-run-action.ts';
import { projectTools } from './projects.ts';
import { registryTools } from './registry.ts';
import { runActionTools } from './run-actions.ts';
import { runCommentTools } from './run-comments.ts';
import { getRunLogs } from './run-logs.ts';
import { stateVersionTools } from './state-versions.ts';
import { summarizeRun } from './summarize-run.ts';
import { teamAccessTools } from './team-access.ts';
import { teamTools } from './teams.ts';
import { tokenTools } from './tokens.ts';
import { variableSetTools } from './variable-sets.ts';
import { variableTools } from './variables.ts';
import { waitForRunTool } from './wait-for-run.ts';
import { whoami } from './whoami.ts';
import { changeWorkspaceLinks } from './workspace-links.ts';
import { workspaceLockTools } from './workspace-locks.ts';
import { getWorkspaceOutputs } from './workspace-outputs.ts';
import { workspaceTools } from './workspaces.ts';

/** Every tool, in the order in which they are listed: the run tools of the specification first. */
export const TOOLS: readonly Tool[] = [
  createRun,
  listRunsInWorkspace,
  listRunsInOrganization,
  getRunDetails,
  ...runActionTools,
  waitForRunTool,
  summarizeRun,
  getPlanSummary,
  getRunLogs,
  diagnoseRun,
  previewRunAction,
  ...runCommentTools,
  compareRuns,
  getWorkspaceOutputs,
  findWorkspace,
  whoami,
  ...planTools,
  ...applyTools,
  getCostEstimateDetails,
  ...workspaceTools,
  ...workspaceLockTools,
  ...variableTools,
  ...variableSetTools,
  ...stateVersionTools,
  ...projectTools,
  ...organizationTools,
  getAccountDetails,
  ...assessmentTools,
  listRelated,
  changeWorkspaceLinks,
  testNotification,
  ...deletionTools,
  ...teamTools,
  ...teamAccessTools,
  ...memberTools,
  ...tokenTools,
  setAgentPool,
  ...registryTools,
];
