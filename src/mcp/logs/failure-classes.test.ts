import { expect, test } from 'vitest';
import { classify } from './failure-classes.ts';

test.each([
  ['creating S3 Bucket: AccessDenied: Access Denied, status code: 403', 'permission'],
  ['No valid credential sources found', 'credentials'],
  ['ExpiredToken: The security token included in the request is expired', 'credentials'],
  ['Error acquiring the state lock', 'state_lock'],
  ['VcpuLimitExceeded: You have requested more vCPU capacity', 'quota'],
  ['EntityAlreadyExists: Role with name x already exists', 'already_exists'],
  ['Failed to query available provider packages', 'provider_install'],
  ['Unsupported Terraform Core version', 'terraform_version'],
  ['No value for required variable', 'variable'],
  ['Instance cannot be destroyed: has lifecycle.prevent_destroy set', 'protected'],
  ['Resource precondition failed', 'check'],
  ['Saved plan is stale', 'stale_plan'],
  ['Reference to undeclared resource', 'configuration'],
  ['dial tcp: lookup x: no such host', 'network'],
  ['local-exec provisioner error', 'unknown'],
])('%s: %s', (text, name) => {
  expect(classify(text).name).toBe(name);
});
