import type { Tool } from '../tool/tool.ts';
import { getAccountDetails, getCostEstimateDetails } from './organizations/account.ts';
import { setAgentPool } from './organizations/agent-pools.ts';
import { applyTools } from './runs/applies.ts';
import { assessmentTools } from './workspaces/assessments.ts';
import { compareRuns } from './runs/compare-runs.ts';
import { createRun } from './runs/create-run.ts';
import { deletionTools } from './delete-related.ts';
import { diagnoseRun } from './runs/diagnose-run.ts';
import { findWorkspace } from './workspaces/find-workspace.ts';
import { getRunDetails } from './runs/get-run-details.ts';
import { listRelated } from './list-related.ts';
import { listRunsInOrganization, listRunsInWorkspace } from './runs/list-runs.ts';
import { memberTools } from './organizations/members.ts';
import { testNotification } from './workspaces/notifications.ts';
import { organizationTools } from './organizations/organizations.ts';
import { getPlanSummary } from './runs/plan-summary.ts';
import { planTools } from './runs/plans.ts';
import { orderProvider } from './organizations/provider-stores.ts';
import { previewRunAction } from './runs/preview-run-action.ts';
import { projectTools } from './organizations/projects.ts';
import { registryTools } from './organizations/registry.ts';
import { runActionTools } from './runs/run-actions.ts';
import { runCommentTools } from './runs/run-comments.ts';
import { getRunLogs } from './runs/run-logs.ts';
import { stateVersionTools } from './state/state-versions.ts';
import { summarizeRun } from './runs/summarize-run.ts';
import { teamAccessTools } from './organizations/team-access.ts';
import { teamTools } from './organizations/teams.ts';
import { tokenTools } from './organizations/tokens.ts';
import { variableSetTools } from './workspaces/variable-sets.ts';
import { variableTools } from './workspaces/variables.ts';
import { waitForRunTool } from './runs/wait-for-run.ts';
import { whoami } from './organizations/whoami.ts';
import { changeWorkspaceLinks } from './workspaces/workspace-links.ts';
import { workspaceLockTools } from './workspaces/workspace-locks.ts';
import { getWorkspaceOutputs } from './state/workspace-outputs.ts';
import { workspaceTools } from './workspaces/workspaces.ts';

/** Every tool, in the order of the list: the run tools of the specification first. */
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
  orderProvider,
  ...registryTools,
];
