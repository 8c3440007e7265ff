import { constants } from 'node:fs';
import { access, mkdir, open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';
import { StepFailure } from '../step-failure.ts';
import { readHosts, rememberHosts } from '../ssh/known-hosts.ts';
import { sshCommand } from '../ssh/ssh-command.ts';

/** What an init with the workspace's SSH key gets, for as long as it runs. */
export interface SshAccess {
  environment: Record<string, string>;
  /** What to tell a reader of the log, should the init fail. */
  hint?: { summary: string; detail: string };
  /** Takes the key away again, and keeps the hosts that were met. */
  close(): Promise<void>;
}

export const NO_ACCESS: SshAccess = { environment: {}, close: () => Promise.resolve() };
const MAX_HOSTS_BYTES = 256 * 1024;

/** The folder with the key, in the part of the step's folder that the run sees, beside its configuration. */
export const sshFolderOf = (box: string): string => join(box, 'ssh');
/** Each organization's hosts are its own. Names of organizations are letters, digits, - and _. */
export const rememberedHostsOf = (workFolder: string, organization: string): string =>
  join(workFolder, '.ssh', encodeURIComponent(organization), 'known_hosts');

/**
 * Has `git` fetch modules with the step's key. The key lies in a file only while an init runs: neither a plan nor an
 * apply finds it.
 */
export async function openSshAccess(
  { step, folder, settings }: StepContext,
  { environment, inner }: Pick<Prepared, 'environment' | 'inner'>,
): Promise<SshAccess> {
  if (step.sshKey === null) return NO_ACCESS;
  if (!(await isOnPath('ssh', environment['PATH'] ?? ''))) {
    const summary = 'The workspace has an SSH key, but this runner has no ssh';
    const detail =
      'Modules that are fetched over SSH need it: install openssh-client where the runner is, in /usr/bin.';
    return { ...NO_ACCESS, hint: { summary, detail } };
  }
  const sshFolder = sshFolderOf(folder.box);
  const keyFile = join(sshFolder, 'key');
  const hostsFile = join(sshFolder, 'known_hosts');
  const memoryFile = rememberedHostsOf(settings.workFolder, step.organization.name);
  const isStrict = settings.sshKnownHosts !== undefined;
  const hosts = isStrict ? await readGivenHosts(settings.sshKnownHosts) : await readHosts(memoryFile);
  const close = async () => {
    try {
      if (!isStrict) await rememberHosts(memoryFile, await readMetHosts(folder.box, hostsFile));
    } finally {
      await rm(sshFolder, { recursive: true, force: true });
    }
  };
  try {
    await mkdir(sshFolder, { mode: 0o700 });
    await writeFile(keyFile, keyText(step.sshKey), { mode: 0o600, flag: 'wx' });
    await writeFile(hostsFile, hosts, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await rm(sshFolder, { recursive: true, force: true });
    throw error;
  }
  const files = { keyFile: inner(keyFile), knownHostsFile: inner(hostsFile), isStrict };
  return { environment: { GIT_SSH_COMMAND: sshCommand(files) }, close };
}

/** Ssh reads no key with Windows' line ends or without a last one. */
const keyText = (key: string): string => `${key.replaceAll('\r\n', '\n').trim()}\n`;

async function isOnPath(program: string, path: string): Promise<boolean> {
  for (const folder of path.split(':')) {
    const isHere = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isHere) return true;
  }
  return false;
}

async function readGivenHosts(file: string | undefined): Promise<string> {
  try {
    return await readFile(file ?? '', 'utf8');
  } catch (error) {
    const detail = `RUNWRIGHT_SSH_KNOWN_HOSTS of the runner: ${error instanceof Error ? error.message : String(error)}`;
    throw new StepFailure("The runner's file of known SSH hosts cannot be read", detail, { cause: error });
  }
}

/** What the init left, unless it made something else of it: then nothing. */
async function readMetHosts(box: string, hostsFile: string): Promise<string> {
  try {
    // A link would have the runner read a file of the host's.
    if ((await realpath(hostsFile)) !== sshFolderOf(await realpath(box)) + '/known_hosts') return '';
    const file = await open(hostsFile, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      return stats.isFile() && stats.size <= MAX_HOSTS_BYTES ? await file.readFile('utf8') : '';
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
