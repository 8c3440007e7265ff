import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Box, Command, SandboxLimits, ShownFile } from './sandbox.ts';

/** Constant for every step, so that paths in a plan mean the same when it is applied. */
export const INNER_FOLDER = '/runwright';
const INNER_ENGINE_FOLDER = '/runwright-engine';
const INNER_SHOWN_FOLDER = '/runwright-shown';
/** Constant for a plan and its apply: links in the run's folder lead there. */
const INNER_PROVIDERS = '/runwright-providers';
export const INNER_CLI_CONFIG = join(INNER_ENGINE_FOLDER, 'terraformrc');
export const INNER_ID = '1000';
/** The limit of small file systems in memory, which could otherwise grow to half of the host's memory. */
const SMALL_BYTES = 64 * 1024 ** 2;

/** The features of this host's bubblewrap; 0.8.0 and later have both. */
export interface BubblewrapFeatures {
  /** Forbids nested user name spaces: a run in one could mount cgroups, and reach much more of the kernel. */
  noNestedUsers: boolean;
  /** Sizes of the file systems in memory. */
  sizes: boolean;
}

const SYSTEM_FOLDERS = [
  ...['--ro-bind', '/usr', '/usr'],
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => [
    '--ro-bind-try',
    `/${name}`,
    `/${name}`,
  ]),
];

/** Files for name resolution and TLS; no account names, no host configuration. */
const SYSTEM_FILES = [
  ...['/etc/ssl', '/etc/pki', '/etc/ca-certificates', '/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'],
  ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/localtime'],
];

/**
 * Flags that both the check and every run use. `--as-pid-1`: otherwise bubblewrap is process 1 inside, and its
 * environment and command line can be read there. Nothing is passed by `--setenv`, which would show on that command
 * line. Kernel settings are read-only: where the run's user is the host's root outside, they could be written.
 */
export function isolation(features: BubblewrapFeatures, temporaryBytes: number): string[] {
  const memoryFolder = (path: string, bytes: number) =>
    features.sizes ? ['--size', String(bytes), '--tmpfs', path] : ['--tmpfs', path];
  return [
    ...['--unshare-all', '--share-net', '--die-with-parent', '--as-pid-1', '--new-session'],
    ...(features.noNestedUsers ? ['--unshare-user', '--disable-userns'] : []),
    ...['--cap-drop', 'ALL', '--uid', INNER_ID, '--gid', INNER_ID, '--hostname', 'runwright'],
    ...['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys'],
    ...['--dev', '/dev', ...memoryFolder('/dev/shm', SMALL_BYTES), '--remount-ro', '/dev'],
    ...[...memoryFolder('/tmp', temporaryBytes), ...memoryFolder('/run', SMALL_BYTES)],
    ...SYSTEM_FOLDERS,
  ];
}

export interface BubblewrapCall {
  features: BubblewrapFeatures;
  /** The sandbox's own files, the same for every run. */
  supportFiles: readonly ShownFile[];
  limits: SandboxLimits;
}

/** All files of the host that a command sees, each once. */
export function shownFiles({ supportFiles }: BubblewrapCall, box: Box, command: Command): ShownFile[] {
  const resolvConf = box.network && [{ hostFile: box.network.resolvConf, innerFile: '/etc/resolv.conf' }];
  return [
    ...[...supportFiles, ...(resolvConf ?? [])],
    { hostFile: box.cliConfigFile, innerFile: INNER_CLI_CONFIG },
    ...(box.shownFiles ?? []).map((hostFile) => ({ hostFile, innerFile: innerShownFile(hostFile) })),
    { hostFile: realpathSync(command.engine), innerFile: innerEngine(command) },
  ];
}

/** @param place the path where bubblewrap finds a file of the host */
export function bubblewrapArguments(
  call: BubblewrapCall,
  box: Box,
  command: Command,
  place: (hostPath: string) => string,
): string[] {
  const system = SYSTEM_FILES.filter((path) => !box.network || path !== '/etc/resolv.conf');
  return [
    ...isolation(call.features, call.limits.temporaryBytes),
    ...system.flatMap((path) => ['--ro-bind-try', path, path]),
    ...shownFiles(call, box, command).flatMap(({ hostFile, innerFile }) => [
      '--ro-bind',
      place(hostFile),
      innerFile,
    ]),
    ...(box.shownFolders ?? []).flatMap(({ hostFolder, innerFolder }) => [
      '--ro-bind',
      place(hostFolder),
      innerFolder,
    ]),
    ...['--bind', place(box.hostFolder), box.innerFolder, '--remount-ro', '/'],
    ...['--chdir', command.workingDirectory, '--info-fd', '3', '--'],
  ];
}

export const innerShownFile = (hostFile: string): string => join(INNER_SHOWN_FOLDER, basename(hostFile));

export const innerProvider = (_hostFolder: string, path: string): string => join(INNER_PROVIDERS, path);

export const innerEngine = (command: Command): string => join(INNER_ENGINE_FOLDER, basename(command.engine));

/** The system files that a dropped user's bubblewrap shows, and needs to start. */
export const systemForStage = (): string[] => [
  ...['--perms', '0755', '--dir', '/etc', ...SYSTEM_FOLDERS],
  ...SYSTEM_FILES.flatMap((path) => ['--ro-bind-try', path, path]),
  ...['--dev-bind', '/dev', '/dev', '--bind', '/proc', '/proc', '--dir', '/tmp'],
];
