import {
  acceptKebabKeys,
  AgentId,
  AgentPoolId,
  ApplyId,
  CostEstimateId,
  NotificationConfigurationId,
  PlanId,
  ProjectId,
  ProviderStoreId,
  RunId,
  snakeToKebab,
  SshKeyId,
  StateVersionId,
  StateVersionOutputId,
  strictFields,
  TeamId,
  TokenId,
  UserId,
  VariableId,
  VariableSetId,
  WorkspaceId,
} from '@runwright/models';
import * as z from 'zod';

/** Only other platforms have assessments, and their ids differ in length (mcp §1.7). */
const AssessmentId = z.string().regex(/^asmtres-[a-zA-Z0-9]{8,}$/, {
  error: 'An assessment id is "asmtres-" and at least 8 letters or digits',
});

export const Ids = {
  workspace: WorkspaceId,
  run: RunId,
  plan: PlanId,
  apply: ApplyId,
  costEstimate: CostEstimateId,
  stateVersion: StateVersionId,
  output: StateVersionOutputId,
  project: ProjectId,
  variable: VariableId,
  variableSet: VariableSetId,
  team: TeamId,
  user: UserId,
  token: TokenId,
  agentPool: AgentPoolId,
  agent: AgentId,
  providerStore: ProviderStoreId,
  sshKey: SshKeyId,
  notification: NotificationConfigurationId,
  assessment: AssessmentId,
} as const;

/** A superset of the allowed names on platforms: some have organizations with capitals. */
export const OrganizationName = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, {
  error: 'An organization name has letters, digits, dashes and underscores',
});
export const WorkspaceName = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, {
  error: 'A workspace name has letters, digits, dashes and underscores',
});

/** An answer may end inside a page: the next call then skips the rows that were shown. */
export const skip = z.int().min(0).default(0).describe('Rows to leave out');

/** Where a list without pages of the server goes on: the number of rows already shown. */
export const cursor = z
  .string()
  .regex(/^\d{1,9}$/)
  .optional();

export const paging = {
  page_number: z.int().min(1).default(1),
  page_size: z.int().min(1).max(100).default(20),
  skip,
};

/** For lists that are usually short, so that one call shows them all. */
export const wholePaging = { ...paging, page_size: z.int().min(1).max(100).default(100) };

/** The arguments of one tool. */
export const toolInput = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  strictFields(`the arguments of ${name}`, shape);

/**
 * Attributes to create or change something with, in snake_case or kebab-case. Closed: a misspelt name must not be a
 * change that silently does nothing. None has a default: absent attributes are not sent (mcp §1.7).
 */
export function paramsOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(acceptKebabKeys(Object.keys(shape)), strictFields('params', shape));
}

/** The given keys, by their names on the wire. */
export function attributesOf(params: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [snakeToKebab(key), value]),
  );
}
