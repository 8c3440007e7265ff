import { expect, test } from 'vitest';
import type { RiskFinding } from '../../protocol/plan-risk.ts';
import { findRisks } from './find-risks.ts';
import { holdsData } from './stateful-types.ts';

const change = (address: string, actions: string[], before: unknown, after: unknown, more: object = {}) => {
  const { index, ...rest } = { index: undefined, ...more };
  const [type = '', name = ''] = address.split('.').slice(-2);
  return {
    address: index === undefined ? address : `${address}[${JSON.stringify(index)}]`,
    mode: 'managed',
    type,
    name,
    ...(index === undefined ? {} : { index }),
    change: { actions, before, after, after_unknown: {}, ...rest },
  };
};

/** The number of findings of each rule that applies. */
const rulesOf = (...changes: object[]): Record<string, number> =>
  Object.fromEntries(findRisks({ resource_changes: changes }).map(({ rule, count }) => [rule, count]));

const finding = (rule: string, ...changes: object[]): RiskFinding | undefined =>
  findRisks({ resource_changes: changes }).find((each) => each.rule === rule);

test.each([
  ['aws_db_instance', true],
  ['aws_rds_cluster', true],
  ['aws_s3_bucket', true],
  ['aws_ebs_volume', true],
  ['aws_dynamodb_table', true],
  ['aws_kms_key', true],
  ['aws_route53_zone', true],
  ['google_sql_database_instance', true],
  ['google_storage_bucket', true],
  ['google_compute_disk', true],
  ['azurerm_resource_group', true],
  ['azurerm_postgresql_flexible_server', true],
  ['azurerm_key_vault', true],
  ['kubernetes_namespace', true],
  ['kubernetes_persistent_volume_claim', true],
  ['somebody_database', true],
  ['aws_s3_bucket_policy', false],
  ['aws_volume_attachment', false],
  ['aws_db_parameter_group', false],
  ['aws_route_table', false],
  ['aws_instance', false],
  ['aws_iam_role_policy', false],
  ['google_storage_bucket_iam_member', false],
  ['terraform_data', false],
  ['', false],
])('%s holds data: %s', (type, holds) => {
  expect(holdsData(type)).toBe(holds);
});

test('the deletion of a resource is weighed by the data that it holds', () => {
  expect(
    rulesOf(
      change('aws_db_instance.a', ['delete'], {}, null),
      change('aws_s3_bucket.b', ['delete', 'create'], {}, {}),
      change('aws_instance.c', ['create', 'delete'], {}, {}),
      change('aws_instance.d', ['delete'], {}, null),
      change('aws_instance.e', ['forget'], {}, null),
      change('aws_instance.f', ['create'], null, {}),
      change('aws_instance.g', ['no-op'], {}, {}),
    ),
  ).toEqual({ 'stateful-destroyed': 1, 'stateful-replaced': 1, replaced: 1, destroyed: 1, forgotten: 1 });
});

test('moves, imports, deferred and unknown changes are named', () => {
  const moved = { ...change('aws_instance.b', ['no-op'], {}, {}), previous_address: 'aws_instance.a' };
  expect(rulesOf(moved, change('aws_instance.c', ['no-op'], {}, {}, { importing: { id: 'i-1' } }))).toEqual({
    imported: 1,
    moved: 1,
  });
  expect(finding('moved', moved)?.rows).toEqual([
    { address: 'aws_instance.b', detail: 'from aws_instance.a' },
  ]);
  expect(rulesOf(change('aws_instance.c', ['transmogrify'], {}, {}))).toEqual({ 'unknown-action': 1 });
  const deferred = [{ reason: 'x', resource_change: change('aws_instance.d', ['create'], null, {}) }];
  expect(findRisks({ deferred_changes: deferred })).toEqual([
    { rule: 'deferred', count: 1, rows: [{ address: 'aws_instance.d', detail: 'decided in a later run' }] },
  ]);
});

const rule = (cidrs: string[], more: object = {}) => ({ cidr_blocks: cidrs, from_port: 22, ...more });

test.each([
  [
    'open to everybody',
    'aws_security_group_rule.a',
    rule(['10.0.0.0/8']),
    rule(['0.0.0.0/0']),
    'network-opened',
  ],
  [
    'everybody of IPv6',
    'aws_security_group_rule.a',
    rule(['10.0.0.0/8']),
    { ipv6_cidr_blocks: ['::/0'] },
    'network-opened',
  ],
  [
    'created open',
    'aws_security_group_rule.a',
    null,
    rule(['0.0.0.0/0'], { type: 'ingress' }),
    'network-opened',
  ],
  ['nested', 'aws_security_group.a', { ingress: [] }, { ingress: [rule(['0.0.0.0/0'])] }, 'network-opened'],
  [
    'wider',
    'google_compute_firewall.a',
    { source_ranges: ['10.1.0.0/16'] },
    { source_ranges: ['10.0.0.0/8'] },
    'network-widened',
  ],
  [
    'one more range',
    'google_compute_firewall.a',
    { source_ranges: [] },
    { source_ranges: ['10.0.0.0/8'] },
    'network-widened',
  ],
  [
    'any',
    'azurerm_network_security_rule.a',
    { source_address_prefix: '10.0.0.0/8' },
    { source_address_prefix: '*' },
    'network-opened',
  ],
  [
    'public',
    'aws_db_instance.a',
    { publicly_accessible: false },
    { publicly_accessible: true },
    'network-opened',
  ],
  ['an open bucket', 'aws_s3_bucket_acl.a', { acl: 'private' }, { acl: 'public-read' }, 'network-opened'],
  [
    'no block',
    'aws_s3_bucket_public_access_block.a',
    { block_public_acls: true },
    { block_public_acls: false },
    'network-opened',
  ],
] as const)('a network that is %s is found', (_what, address, before, after, expected) => {
  expect(rulesOf(change(address, before === null ? ['create'] : ['update'], before, after))).toHaveProperty(
    expected,
    1,
  );
});

test.each([
  ['narrower', 'aws_security_group_rule.a', rule(['10.0.0.0/8']), rule(['10.1.0.0/16'])],
  ['open before', 'aws_security_group_rule.a', rule(['0.0.0.0/0']), rule(['0.0.0.0/0'], { from_port: 23 })],
  ['leaving', 'aws_security_group_rule.a', null, rule(['0.0.0.0/0'], { type: 'egress' })],
  ['leaving, nested', 'aws_security_group.a', null, { egress: [rule(['0.0.0.0/0'])] }],
  ['its own range', 'aws_vpc.a', null, { cidr_block: '10.0.0.0/8' }],
  ['a route', 'aws_route.a', null, { destination_cidr_block: '0.0.0.0/0' }],
  ['a text', 'aws_security_group_rule.a', rule([]), { cidr_blocks: ['(sensitive value)'] }],
  ['never public', 'aws_db_instance.a', { publicly_accessible: true }, { publicly_accessible: true }],
])('a network that is %s is not found', (_what, address, before, after) => {
  const rules = rulesOf(change(address, before === null ? ['create'] : ['update'], before, after));
  expect(rules).not.toHaveProperty('network-opened');
  expect(rules).not.toHaveProperty('network-widened');
});

const policy = (...statements: object[]) => ({ policy: JSON.stringify({ Statement: statements }) });

test.each([
  ['everything', policy({ Effect: 'Allow', Action: '*', Resource: '*' }), 'identity-administrator'],
  ['all but', policy({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), 'identity-administrator'],
  [
    'to everybody',
    policy({ Effect: 'Allow', Action: 's3:GetObject', Principal: '*' }),
    'identity-administrator',
  ],
  [
    'to all accounts',
    policy({ Effect: 'Allow', Action: 's3:Get', Principal: { AWS: '*' } }),
    'identity-administrator',
  ],
  ['a service', policy({ Effect: 'Allow', Action: ['s3:*'], Resource: 'arn:a' }), 'identity-widened'],
  ['all resources', policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }), 'identity-widened'],
  ['an ARN', { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }, 'identity-administrator'],
  ['a role', { role: 'roles/owner', member: 'user:a@example.com' }, 'identity-administrator'],
  ['allUsers', { role: 'roles/viewer', members: ['allUsers'] }, 'identity-administrator'],
  ['Owner', { role_definition_name: 'Owner' }, 'identity-administrator'],
  ['verbs', { rule: [{ verbs: ['*'] }] }, 'identity-widened'],
  ['one action', policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:a' }), 'identity-changed'],
  ['a denial', policy({ Effect: 'Deny', Action: '*', Resource: '*' }), 'identity-changed'],
  ['no JSON', { policy: '{not json' }, 'identity-changed'],
])('access to %s is found, and once granted it is not found again', (_what, after, expected) => {
  expect(rulesOf(change('aws_iam_policy.a', ['create'], null, after))).toEqual({ [expected]: 1 });
  expect(rulesOf(change('aws_iam_policy.a', ['update'], after, after))).not.toHaveProperty(
    'identity-administrator',
  );
});

test('access that is known only after the apply, or hidden, is named', () => {
  const hidden = { after_unknown: { policy: true }, before_sensitive: {}, after_sensitive: {} };
  expect(rulesOf(change('aws_iam_policy.a', ['update'], {}, {}, hidden))).toHaveProperty('access-unknown', 1);
  const secret = { after_sensitive: { policy: true } };
  expect(rulesOf(change('aws_iam_policy.a', ['update'], {}, {}, secret))).toHaveProperty('access-unknown', 1);
});

test('protection and capacity that are given up are found, and gains are not', () => {
  const update = (before: object, after: object) =>
    rulesOf(change('aws_db_instance.a', ['update'], before, after));
  expect(update({ deletion_protection: true }, { deletion_protection: false })).toEqual({
    'protection-removed': 1,
  });
  expect(update({ skip_final_snapshot: false }, { skip_final_snapshot: true })).toEqual({
    'protection-removed': 1,
  });
  expect(update({ backup_retention_period: 7 }, { backup_retention_period: 1 })).toEqual({
    'protection-removed': 1,
  });
  expect(update({ replicas: 3 }, { replicas: 1 })).toEqual({ 'capacity-dropped': 1 });
  expect(
    update({ deletion_protection: false, replicas: 1 }, { deletion_protection: true, replicas: 3 }),
  ).toEqual({});
});

test('fewer instances of a resource are found, with both numbers', () => {
  const instances = [0, 1, 2, 3].map((index) =>
    change('module.m.aws_instance.a', index > 0 ? ['delete'] : ['no-op'], {}, {}, { index }),
  );
  const plan = instances.map((each) => ({ ...each, module_address: 'module.m' }));
  expect(finding('count-dropped', ...plan)?.rows).toEqual([
    { address: 'module.m.aws_instance.a', detail: '4 → 1' },
  ]);
  const grown = [0, 1].map((index) =>
    change('aws_instance.a', index > 0 ? ['create'] : ['no-op'], {}, {}, { index }),
  );
  expect(finding('count-dropped', ...grown)).toBeUndefined();
});

test('data sources and entries without a change are passed over', () => {
  const data = { ...change('aws_db_instance.a', ['delete'], {}, null), mode: 'data' };
  expect(findRisks({ resource_changes: [data, null, 3, {}, { address: 5 }] })).toEqual([]);
  expect(findRisks({})).toEqual([]);
  expect(findRisks({ resource_changes: 'none', deferred_changes: {} })).toEqual([]);
});

test('a plan of many changes keeps the first rows of a rule and counts all', () => {
  const many = Array.from({ length: 3_000 }, (_, index) =>
    change(`aws_instance.i${index}`, ['delete'], {}, null),
  );
  const found = finding('destroyed', ...many);
  expect(found?.count).toBe(3_000);
  expect(found?.rows).toHaveLength(20);
});

test('the order of the changes does not change the findings', () => {
  const changes = [
    change('aws_db_instance.a', ['delete'], {}, null),
    change('aws_instance.b', ['delete'], {}, null),
    change('aws_iam_policy.c', ['create'], null, policy({ Effect: 'Allow', Action: '*', Resource: '*' })),
  ];
  expect(rulesOf(...changes.toReversed())).toEqual(rulesOf(...changes));
});
