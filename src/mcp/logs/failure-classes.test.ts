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
  [
    'Failed to query available provider packages\nCould not retrieve the list of available versions for provider a/b: host registry.example.com rejected the given\nauthentication credentials',
    'registry_credentials',
  ],
  [
    'Failed to query available provider packages\nhost registry.example.com requires authentication credentials',
    'registry_credentials',
  ],
  [
    "Failed to install provider\nthe current package for a/b 1.0.0 doesn't match any of the checksums previously recorded in the dependency lock file",
    'provider_checksum',
  ],
  [
    'Required plugins are not installed\nthe cached package for a/b 1.0.0 (in .terraform/providers) does not match any of the checksums recorded',
    'provider_checksum',
  ],
  ['Failed to install provider\nwrite /tmp/x.zip: no space left on\ndevice', 'runner_disk_full'],
  ['The disk of this runner is full: the providers of this run do not fit', 'runner_disk_full'],
  [
    'Failed to load plugin schemas\nfork/exec .terraform/providers/a/b/terraform-provider-b_v1.0.0: permission denied',
    'provider_program',
  ],
  ['Failed to instantiate provider\nfork/exec x/terraform-provider-b: exec format error', 'provider_program'],
  ['Failed to query available provider packages\n503 Service Unavailable', 'provider_install'],
  ['Plugin did not respond', 'provider_crash'],
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
