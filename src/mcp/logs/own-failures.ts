import type { FailureClass } from './failure-class.ts';

/**
 * Failures that the server and its runners explain in the log themselves, by the beginning of their summaries. Names and
 * numbers in them are other people's, so they must not be searched for terraform's words.
 */
export const OWN_FAILURES: readonly FailureClass[] = [
  {
    name: 'runner_lost',
    pattern: /^The runner was lost/,
    advice:
      'The machine or program that executed the run went away; nothing of the configuration is wrong. After a lost plan create a new run. After a lost apply plan first (create_run with plan_only): some of its last changes may be missing from the state.',
  },
  {
    name: 'state_not_current',
    pattern:
      /^(?:The state this apply left did not become|The server refused the state of|The state of this apply could not)/,
    advice:
      'The state that the apply left is kept and is not the current one. Do not plan or apply again before somebody has compared the two (get_errored_state).',
  },
  {
    name: 'not_started',
    pattern: /^The (?:plan|apply) was not started/,
    advice: 'Nothing was executed: its text says what stands in the way. Remove that and create a new run.',
  },
  {
    name: 'runner_limit',
    pattern:
      /^(?:The (?:plan|apply) was ended: more than|(?:terraform|tofu) \S+ .*SIG[A-Z]+|\S+(?: \S+)? printed more than)/,
    advice:
      'The run needed more memory, disk, processes or output than its runner allows. Make it smaller, or have whoever runs the runner raise the setting that is named.',
  },
  {
    name: 'runner_setup',
    pattern:
      /^(?:The network of this run cannot be made|The engine of this runner cannot be used|Providers cannot be taken from the mirror|(?:terraform|opentofu) cannot be started|The runner's file of known SSH hosts)/,
    advice: 'The runner is not set up for this run: show its text to whoever runs it.',
  },
  {
    name: 'terraform_version',
    pattern:
      /^(?:There is no (?:terraform|opentofu)|".*" is no version|\S+ \S+ (?:is not the version asked for|cannot (?:invoke actions|be installed)))/i,
    advice:
      'The runner has no such engine: give the workspace a version that it has or can download, as the text says.',
  },
  {
    name: 'variable',
    pattern: /^(?:Environment variable |The (?:HCL )?value of variable )/,
    advice:
      'The named variable cannot be given to terraform: correct it as the text says (list_workspace_variables).',
  },
  {
    name: 'configuration',
    pattern:
      /^(?:The configuration (?:archive was refused|has )|The configuration's folder |The working directory cannot be used|The plan (?:left a link|made more than)|A folder of the configuration)/,
    advice:
      'What was uploaded, or where the workspace looks in it, cannot be used: correct what the text names, upload it and create a new run.',
  },
];
