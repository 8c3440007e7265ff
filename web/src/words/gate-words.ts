/** Texts about the checks between a plan and its apply. */
export const gateWords = {
  override: 'Override',
  cost: {
    title: 'Cost a month',
    before: 'Before',
    after: 'After',
    difference: 'Difference',
    resource: 'Resource',
    priced: 'With a price',
    unpriced: 'Without a price: counted as nothing',
    noBooks: 'The organization has no price book.',
    goesOn: 'The run goes on without an estimate.',
    counted: (matched: number, all: number) => `${String(matched)} of ${String(all)} resources have a price.`,
    book: (name: string, version: number) => `Prices of ${name}, version ${String(version)}`,
    status: {
      pending: 'The estimate is made after the plan.',
      queued: 'The estimate is being made.',
      errored: 'The estimate could not be made',
      canceled: 'The run ended before there was an estimate.',
      unreachable: 'The run ended before there was an estimate.',
      skipped_due_to_targeting: 'A run of some resources only has no estimate.',
    } as Readonly<Record<string, string>>,
  },
  policy: {
    title: 'Policies',
    none: 'No policy was asked about this run.',
    reason: 'Reason',
    overrideTitle: 'Override the policies?',
    overrideText:
      'The run goes on as if they had passed. The reason is kept with the run, and everybody who may read it sees it.',
    mayNot: 'You may not override policies here.',
    status: {
      pending: 'The policies are checked after the plan.',
      queued: 'The policies are being checked.',
      passed: 'All mandatory policies passed',
      soft_failed: 'A policy did not pass: it can be overridden',
      hard_failed: 'A policy did not pass: the run has ended',
      overridden: 'Not passed, and overridden',
      errored: 'A policy could not be evaluated',
      canceled: 'The run ended before the policies were checked.',
      unreachable: 'The run ended before the policies were checked.',
    } as Readonly<Record<string, string>>,
    outcome: { passed: 'passed', failed: 'failed', errored: 'could not be evaluated' } as Readonly<
      Record<string, string>
    >,
    level: {
      advisory: 'only tells',
      'soft-mandatory': 'can be overridden',
      'hard-mandatory': 'must pass',
    } as Readonly<Record<string, string>>,
  },
  tasks: {
    none: 'No service was asked about this run.',
    details: 'Details',
    outcomes: 'What it found',
    mayNot: 'You may not override run tasks here.',
    overrideTitle: 'Override the run tasks?',
    overrideText:
      'The run goes on as if they had passed. The reason is kept with the run, and everybody who may read it sees it.',
    stages: {
      pre_plan: 'Before the plan',
      post_plan: 'After the plan',
      pre_apply: 'Before the apply',
      post_apply: 'After the apply',
    } as Readonly<Record<string, string>>,
    status: {
      pending: 'is asked when its turn comes',
      running: 'has been asked',
      passed: 'passed',
      failed: 'failed',
      errored: 'gave no result',
      canceled: 'was canceled',
      unreachable: 'was not asked',
    } as Readonly<Record<string, string>>,
    level: { advisory: 'only tells', mandatory: 'must pass' } as Readonly<Record<string, string>>,
  },
  approvals: {
    title: 'Approvals',
    given: (given: number, required: number, team: string | null) =>
      `${String(given)} of ${String(required)} ${team === null ? 'of those who may apply' : `of the team ${team}`}`,
    missing: (given: number, required: number, team: string | null) =>
      `${String(given)} of ${String(required)} approvals ${team === null ? 'of those who may apply' : `of ${team}`}.`,
    approved: 'approved',
    approvedOnce: 'approved, which no longer counts:',
    void: {
      changed: 'the state or the variables have changed since',
      author: 'whoever started the run or uploaded its configuration does not approve it',
      'not-asked': 'no rule asks for it any more',
    },
    closed: {
      window: (name: string) => `Nothing is applied outside of the change window ${name}.`,
      freeze: (name: string) => `Nothing is applied in the freeze ${name}.`,
    },
    until: (time: string) => `Until ${time}.`,
  },
} as const;
