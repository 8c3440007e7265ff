import type { Migration } from 'kysely/migration';
import * as firstSchema from './0001-first-schema.ts';
import * as auditTrail from './0002-audit-trail.ts';
import * as teams from './0010-teams.ts';
import * as variables from './0020-variables.ts';
import * as sshKeys from './0021-ssh-keys.ts';
import * as runTriggers from './0022-run-triggers.ts';
import * as stateUploads from './0030-state-uploads.ts';
import * as tags from './0031-tags.ts';
import * as runRequests from './0040-run-requests.ts';
import * as runLists from './0041-run-lists.ts';
import * as generalSettings from './0042-general-settings.ts';
import * as loginCodes from './0050-login-codes.ts';
import * as notifications from './0060-notifications.ts';
import * as configurationArchive from './0080-configuration-archive.ts';
import * as agentPools from './0090-agent-pools.ts';
import * as notificationOwners from './0100-notifications-of-projects-and-teams.ts';
import * as runApprovals from './0070-run-approvals.ts';
import * as blobNames from './0101-blob-names.ts';
import * as shownErrors from './0102-shown-errors.ts';
import * as workspaceResources from './0111-workspace-resources.ts';
import * as readmes from './0112-readmes.ts';
import * as inheritedExecution from './0113-inherited-execution.ts';
import * as logEnds from './0114-log-ends.ts';
import * as agentIdentities from './0115-agent-identities.ts';
import * as selfApplies from './0116-self-applies.ts';
import * as invitations from './0117-invitations.ts';
import * as engineFacts from './0118-engine-facts.ts';
import * as engineProducts from './0119-engine-products.ts';
import * as sharedConfigurations from './0120-shared-configurations.ts';
import * as clientAttributes from './0121-client-attributes.ts';
import * as wholeOutputs from './0122-whole-outputs.ts';
import * as passedStatuses from './0123-passed-statuses.ts';
import * as stepProviders from './0124-step-providers.ts';
import * as agentsCreated from './0125-agents-created.ts';
import * as runPhases from './0126-run-phases.ts';
import * as costEstimates from './0127-cost-estimates.ts';
import * as policies from './0128-policies.ts';
import * as planRisks from './0129-plan-risks.ts';
import * as sessions from './0130-sessions.ts';
import * as eventOrder from './0131-event-order.ts';
import * as identities from './0132-identities.ts';
import * as approvalRules from './0133-approval-rules.ts';
import * as eventAgents from './0134-event-agents.ts';
import * as runTasks from './0135-run-tasks.ts';
import * as registry from './0136-registry.ts';
import * as providerMirror from './0137-provider-mirror.ts';
import * as policiesInStages from './0138-policies-in-stages.ts';
import * as pendingEvaluations from './0139-pending-evaluations.ts';
import * as resourceChanges from './0140-resource-changes.ts';
import * as providerStores from './0141-provider-stores.ts';
import * as driftAndRunners from './0142-drift-and-runners.ts';
import * as drainedAgents from './0143-drained-agents.ts';

/**
 * Kysely runs them in the order of their names as text, and refuses a new one whose name is below the last that ran: a
 * new one takes the next number above all others. A migration that has been released is never edited.
 */
export const migrations: Record<string, Migration> = {
  '0001-first-schema': firstSchema,
  '0002-audit-trail': auditTrail,
  '0010-teams': teams,
  '0020-variables': variables,
  '0021-ssh-keys': sshKeys,
  '0022-run-triggers': runTriggers,
  '0030-state-uploads': stateUploads,
  '0031-tags': tags,
  '0040-run-requests': runRequests,
  '0041-run-lists': runLists,
  '0042-general-settings': generalSettings,
  '0050-login-codes': loginCodes,
  '0060-notifications': notifications,
  '0070-run-approvals': runApprovals,
  '0080-configuration-archive': configurationArchive,
  '0090-agent-pools': agentPools,
  '0100-notifications-of-projects-and-teams': notificationOwners,
  '0101-blob-names': blobNames,
  '0102-shown-errors': shownErrors,
  '0111-workspace-resources': workspaceResources,
  '0112-readmes': readmes,
  '0113-inherited-execution': inheritedExecution,
  '0114-log-ends': logEnds,
  '0115-agent-identities': agentIdentities,
  '0116-self-applies': selfApplies,
  '0117-invitations': invitations,
  '0118-engine-facts': engineFacts,
  '0119-engine-products': engineProducts,
  '0120-shared-configurations': sharedConfigurations,
  '0121-client-attributes': clientAttributes,
  '0122-whole-outputs': wholeOutputs,
  '0123-passed-statuses': passedStatuses,
  '0124-step-providers': stepProviders,
  '0125-agents-created': agentsCreated,
  '0126-run-phases': runPhases,
  '0127-cost-estimates': costEstimates,
  '0128-policies': policies,
  '0129-plan-risks': planRisks,
  '0130-sessions': sessions,
  '0131-event-order': eventOrder,
  '0132-identities': identities,
  '0133-approval-rules': approvalRules,
  '0134-event-agents': eventAgents,
  '0135-run-tasks': runTasks,
  '0136-registry': registry,
  '0137-provider-mirror': providerMirror,
  '0138-policies-in-stages': policiesInStages,
  '0139-pending-evaluations': pendingEvaluations,
  '0140-resource-changes': resourceChanges,
  '0141-provider-stores': providerStores,
  '0142-drift-and-runners': driftAndRunners,
  '0143-drained-agents': drainedAgents,
};
