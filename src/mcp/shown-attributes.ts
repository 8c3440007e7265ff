/** The attributes of each kind of resource that a summary names, by JSON:API type. */
export const SHOWN: Readonly<Record<string, readonly string[]>> = {
  workspaces: [
    'name',
    'description',
    'locked',
    'locked-reason',
    'execution-mode',
    'terraform-version',
    'auto-apply',
    'working-directory',
    'resource-count',
    'allow-destroy-plan',
    'updated-at',
  ],
  organizations: ['name', 'email', 'default-execution-mode', 'cost-estimation-enabled', 'created-at'],
  projects: ['name', 'description', 'workspace-count', 'created-at'],
  vars: ['key', 'value', 'category', 'hcl', 'sensitive', 'description'],
  varsets: ['name', 'description', 'global', 'priority', 'var-count', 'workspace-count', 'project-count'],
  plans: [
    'status',
    'has-changes',
    'resource-additions',
    'resource-changes',
    'resource-destructions',
    'resource-imports',
  ],
  applies: ['status', 'resource-additions', 'resource-changes', 'resource-destructions', 'resource-imports'],
  'cost-estimates': [
    'status',
    'prior-monthly-cost',
    'proposed-monthly-cost',
    'delta-monthly-cost',
    'matched-resources-count',
    'unmatched-resources-count',
    'error-message',
  ],
  'state-versions': ['serial', 'status', 'size', 'terraform-version', 'created-at', 'resources-processed'],
  'state-version-outputs': ['name', 'type', 'sensitive', 'value'],
  'assessment-results': [
    'drifted',
    'succeeded',
    'all-checks-succeeded',
    'resources-drifted',
    'resources-undrifted',
    'error-message',
    'created-at',
  ],
  users: ['username', 'email', 'is-service-account'],
  'tag-bindings': ['key', 'value'],
  comments: ['body'],
};

/** What a row of a list shows, where that is less than {@link SHOWN}. */
export const LISTED: Readonly<Record<string, readonly string[]>> = {
  workspaces: ['name', 'locked', 'execution-mode', 'terraform-version', 'auto-apply', 'resource-count'],
  organizations: ['name', 'created-at'],
  projects: ['name', 'description', 'workspace-count'],
  varsets: ['name', 'global', 'priority', 'var-count'],
  'state-versions': ['serial', 'status', 'created-at', 'terraform-version'],
};

/** Attributes that are left out unless all are wanted: they say nothing that helps to decide (mcp §1.3). */
export const DROPPED: Readonly<Record<string, readonly string[]>> = {
  workspaces: [
    'apply-duration-average',
    'plan-duration-average',
    'policy-check-failures',
    'run-failures',
    'workspace-kpis-runs-count',
    'unarchived-workspace-change-requests-count',
  ],
  organizations: ['fair-run-queuing-enabled', 'send-passing-statuses-for-untriggered-speculative-plans'],
  plans: ['resource-drift'],
  'state-versions': ['vcs-commit-sha', 'vcs-commit-url', 'modules', 'providers', 'resources'],
  'cost-estimates': ['resources'],
  users: ['password', 'avatar-url'],
};
