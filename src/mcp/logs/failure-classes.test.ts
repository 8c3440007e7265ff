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
  [
    'Request cancelled\nThe plugin6.(*GRPCProvider).ApplyResourceChange request was cancelled.',
    'provider_crash',
  ],
  ['Unsupported Terraform Core version', 'terraform_version'],
  ['No value for required variable', 'variable'],
  ['Instance cannot be destroyed: has lifecycle.prevent_destroy set', 'protected'],
  ['Resource precondition failed', 'check'],
  ['Saved plan is stale', 'stale_plan'],
  ['Reference to undeclared resource', 'configuration'],
  ['dial tcp: lookup x: no such host', 'network'],
  ['The runner was lost\nThe runner policy-403 stopped answering during the plan.', 'runner_lost'],
  [
    'The runner was lost\nThe runner a stopped answering during the apply. What it reported is kept.',
    'runner_lost',
  ],
  [
    'The state this apply left did not become the current one; it is kept as its errored state',
    'state_not_current',
  ],
  ['The server refused the state of this apply\nThe runner keeps it in /var/x', 'state_not_current'],
  ['The state of this apply could not be delivered\n503', 'state_not_current'],
  ['The apply was not started\nThe state has changed since the plan was made', 'not_started'],
  ["The plan was ended: more than 2 GB of memory\nThe limit is the runner's setting X.", 'runner_limit'],
  ['terraform plan was ended by SIGKILL\nthis machine may have run out of memory', 'runner_limit'],
  ['terraform show printed more than 100 bytes\nThat is more than is read of it.', 'runner_limit'],
  ['The network of this run cannot be made\nslirp4netns: not found', 'runner_setup'],
  ['terraform cannot be started\nError: spawn ENOENT', 'runner_setup'],
  ['The engine of this runner cannot be used\nRUNWRIGHT_ENGINE names /x: it is not there.', 'runner_setup'],
  ['There is no OpenTofu 1.9.0\nThe PATH of this runner has terraform 1.11.4.', 'terraform_version'],
  ['Terraform 1.99.0 cannot be installed\nthe mirror says: 403', 'terraform_version'],
  ['Environment variable "HOME" is reserved\nIt is set by the runner.', 'variable'],
  ['The value of variable "x" cannot be parsed\nError: duplicate key', 'variable'],
  [
    'The configuration archive was refused\nThe archive cannot be used: it is compressed twice.',
    'configuration',
  ],
  [
    `The working directory cannot be used\nThe workspace's working directory "a" does not exist.`,
    'configuration',
  ],
  // A text that only quotes the product's words further on is terraform's.
  ['local-exec provisioner error\nThe runner was lost', undefined],
  ['local-exec provisioner error', undefined],
])('%s: %s', (text, name) => {
  expect(classify(text)?.name).toBe(name);
});
