import { constants } from 'node:fs';
import { access, mkdir, open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';
import { StepFailure } from '../step-failure.ts';
import { readHosts, rememberHosts } from '../ssh/known-hosts.ts';
import { sshCommand } from '../ssh/ssh-command.ts';

/** The SSH files and settings of an init with the workspace's SSH key, while it runs. */
export interface SshAccess {
  environment: Record<string, string>;
  /** A hint for readers of the log, if the init fails. */
  hint?: { summary: string; detail: string };
  /** Removes the key, and keeps the hosts that were met. */
  close(): Promise<void>;
}

export const NO_ACCESS: SshAccess = { environment: {}, close: () => Promise.resolve() };
const MAX_HOSTS_BYTES = 256 * 1024;

/** The folder with the key, beside the configuration in the part of the step's folder that the run sees. */
export const sshFolderOf = (box: string): string => join(box, 'ssh');
/** Each organization has its own hosts. Names of organizations are letters, digits, - and _. */
export const rememberedHostsOf = (workFolder: string, organization: string): string =>
  join(workFolder, '.ssh', encodeURIComponent(organization), 'known_hosts');

/**
 * Makes `git` fetch modules with the step's key. The key lies in a file only while an init runs: neither a plan nor
 * an apply finds it.
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

/** Ssh accepts no key with Windows' line ends or without a last line end. */
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

/** The file that the init left; empty if the init replaced it with something else. */
async function readMetHosts(box: string, hostsFile: string): Promise<string> {
  try {
    // A link would make the runner read a file of the host.
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
