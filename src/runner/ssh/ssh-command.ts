/** What `git` is to start as `ssh`. */
export interface SshFiles {
  keyFile: string;
  knownHostsFile: string;
  /** true: only hosts in the file; false: a host that it does not name yet is added to it. */
  isStrict: boolean;
}

/**
 * The value of `GIT_SSH_COMMAND`: this key and these known hosts alone. Neither the runner's own account (agent,
 * `~/.ssh`), which ssh finds whatever HOME says, nor the host's configuration counts, and nothing is asked for.
 */
export function sshCommand({ keyFile, knownHostsFile, isStrict }: SshFiles): string {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `IdentityFile=${sshPath(keyFile)}`,
    `StrictHostKeyChecking=${isStrict ? 'yes' : 'accept-new'}`,
    `UserKnownHostsFile=${sshPath(knownHostsFile)}`,
    'GlobalKnownHostsFile=none',
    'UpdateHostKeys=no',
    'ConnectTimeout=30',
  ];
  return ['ssh', '-F', 'none', ...options.flatMap((option) => ['-o', option])].map(shellWord).join(' ');
}

/** Ssh splits at spaces outside of quotes and replaces what begins with a percent sign. */
const sshPath = (path: string): string => `"${path.replaceAll('%', '%%')}"`;

/** Git has a shell read the command. */
const shellWord = (word: string): string =>
  /^[\w=.-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
