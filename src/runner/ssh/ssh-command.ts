/** Files for the `ssh` command that `git` starts. */
export interface SshFiles {
  keyFile: string;
  knownHostsFile: string;
  /** true: only hosts in the file; false: hosts that it does not name yet are added to it. */
  isStrict: boolean;
}

/**
 * The value of `GIT_SSH_COMMAND`: only this key and these known hosts. The runner's own account (agent, `~/.ssh`),
 * which ssh finds whatever HOME says, and the host's configuration are ignored, and ssh asks no questions.
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

/** Quotes a word, since git has a shell read the command. */
const shellWord = (word: string): string =>
  /^[\w=.-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
