import type { FailureClass } from './failure-class.ts';
import { OWN_FAILURES } from './own-failures.ts';

/** In the order of confidence: the first match wins. */
const FAILURE_CLASSES: readonly FailureClass[] = [
  {
    name: 'state_lock',
    pattern: /acquiring the state lock|state lock/i,
    advice:
      'Somebody else holds the state. Wait for the other run; do not force anything before it is known to be dead.',
  },
  {
    name: 'runner_disk_full',
    pattern: /no\s+space\s+left\s+on\s+device|disk\s+quota\s+exceeded|disk of this runner is full/i,
    advice:
      'The disk of the runner is full, and nothing of the configuration is wrong: whoever runs it has to free some, or bound what it keeps (RUNWRIGHT_RUN_PROVIDERS).',
  },
  {
    name: 'registry_credentials',
    pattern:
      /host \S+\s+(?:rejected|requires)\s+[\w\s]*(?:authentication|credentials)|(?:rejected the given|missing or invalid) authentication/i,
    advice:
      'A registry lets nobody in without a token: set TF_TOKEN_ and its host name as an environment variable of the workspace. Archives and their sums are asked for without it, so the registry has to sign those addresses.',
  },
  {
    name: 'provider_checksum',
    pattern:
      /(?:doesn't|does not|do not|don't)\s+match\s+any\s+of\s+the\s+checksums|checksum list has no SHA-256|has incorrect checksum|incorrect SHA-?256/i,
    advice:
      'The provider is not the one that the lock file names, or the lock file has no hash for the platform of the runner: "terraform providers lock -platform=linux_amd64" adds it. If the registry changed a version, find out why before its hash is taken.',
  },
  {
    name: 'provider_program',
    pattern:
      /^A provider cannot be started on|exec format error|fork\/exec \S*terraform-provider-\S*: (?:permission denied|no such file)/i,
    advice:
      'The program of a provider cannot be started on the runner: it is built for another machine, is not executable, or names an interpreter that is not there. Have its archive built anew for linux_amd64.',
  },
  {
    name: 'permission',
    pattern:
      /access ?denied|not authorized|unauthorized ?operation|forbidden|403|permission denied|insufficient (?:permission|privilege)/i,
    advice: 'The credentials work and may not do this: their role needs the permission that the error names.',
  },
  {
    name: 'credentials',
    pattern:
      /no valid credential|expired ?token|invalid ?client ?token|could not (?:find|load) (?:default )?credentials|authentication fail|unauthenticated|401|invalid (?:access )?(?:key|token)/i,
    advice:
      'The provider has no usable credentials: check the environment variables of the workspace and its variable sets.',
  },
  {
    name: 'quota',
    pattern: /limit ?exceeded|quota|too many .* (?:exist|in use)|maximum number/i,
    advice:
      'A limit of the cloud account is reached: remove something or have the limit raised, then run again.',
  },
  {
    name: 'rate_limit',
    pattern: /throttl|rate exceeded|too many requests|429/i,
    advice: 'The cloud asked to slow down: run again later.',
  },
  {
    name: 'already_exists',
    pattern: /already exists|already in use|EntityAlreadyExists|duplicate/i,
    advice:
      'Something of this name exists and is not in the state: import it, rename the new one, or remove the old one.',
  },
  {
    name: 'provider_install',
    pattern:
      /failed to (?:install|query available) provider|could not (?:load|retrieve).*provider|inconsistent dependency lock file|checksum/i,
    advice:
      'A provider could not be installed: check its version constraint, the lock file and the way to the registry.',
  },
  {
    name: 'module_download',
    pattern: /failed to (?:download|query) module|module (?:not found|not installed|version)/i,
    advice: 'A module could not be fetched: check its source, its version and the access to it.',
  },
  {
    name: 'terraform_version',
    pattern:
      /unsupported terraform core version|required_version|terraform version|terraform \S+ cannot be installed/i,
    advice: 'The configuration wants another terraform version than the workspace has: change one of them.',
  },
  {
    name: 'variable',
    pattern:
      /no value for required variable|invalid value for (?:input )?variable|undeclared (?:input )?variable|value for undeclared/i,
    advice:
      'An input variable is missing or not valid: compare list_workspace_variables with what the configuration declares.',
  },
  {
    name: 'protected',
    pattern: /prevent_destroy|cannot be destroyed|deletion protection/i,
    advice: 'Something is protected from destruction, on purpose: ask before that is changed.',
  },
  {
    name: 'check',
    pattern: /(?:precondition|postcondition|check block|assertion) (?:failed|error)|check failed/i,
    advice: 'A condition that the configuration itself states does not hold: its message says which.',
  },
  {
    name: 'stale_plan',
    pattern: /saved plan is stale|plan file .* (?:stale|out of date)/i,
    advice: 'The state changed after the plan was made: create a new run.',
  },
  {
    name: 'policy',
    pattern: /policy|sentinel|hard[- ]mandatory/i,
    advice: 'A policy does not allow this: read its output and change the configuration.',
  },
  {
    name: 'configuration',
    pattern:
      /unsupported (?:argument|block|attribute)|missing required argument|reference to undeclared|invalid (?:reference|expression|\w+ expression|block|function|resource|index|for_each|count|character)|argument or block definition|cycle:|duplicate resource|syntax/i,
    advice:
      'The configuration is not valid: correct it where the error points, upload it and create a new run.',
  },
  {
    name: 'network',
    pattern: /timeout|timed out|connection (?:refused|reset)|no such host|tls|certificate|EOF|unreachable/i,
    advice:
      'Something could not be reached from where terraform runs: check names, proxies and firewalls, then run again.',
  },
  {
    name: 'not_found',
    pattern: /not ?found|no such|does not exist|404/i,
    advice: 'Something that the configuration refers to does not exist: check its name, region and account.',
  },
  {
    name: 'provider_crash',
    pattern:
      /plugin (?:did not respond|crashed|exited)|plugin process exited|GRPCProvider\)\.\w+\s+request\s+was\s+cancelled|panic:|provider produced (?:inconsistent|invalid)/i,
    advice:
      'The provider itself failed or was killed: look for memory that ran out (one process for each configured alias) and, without a sandbox, for a work folder whose path is too long for a socket (runwright doctor). Else try another version of it.',
  },
];

/** The kind of a failure that the product's own text at the beginning names, or undefined. */
export const classifyOwn = (text: string): FailureClass | undefined =>
  OWN_FAILURES.find(({ pattern }) => pattern.test(text));

/** The most probable kind of a failure, by the words of its text; undefined when none is known. */
export function classify(text: string): FailureClass | undefined {
  return classifyOwn(text) ?? FAILURE_CLASSES.find(({ pattern }) => pattern.test(text));
}
