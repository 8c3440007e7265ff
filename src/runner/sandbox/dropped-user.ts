import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Box, Command } from './sandbox.ts';
import { shownFiles, systemForStage, type BubblewrapCall } from './bubblewrap-arguments.ts';

/**
 * Ids that no distribution assigns (60578–61183 are unused in systemd's table). Each step of a runner with root's
 * rights gets one: a process outside its sandbox then has no rights, and the kernel counts each run's processes
 * apart.
 */
const FIRST_ID = 60_600;
const IDS = 500;
const STAGE = '/runwright-stage';
/** The folder of the files that the run's user owns. */
const OWN = `${STAGE}/own`;
/** A run may have left links: `-h` changes the owner of the link itself. */
const OWN_AND_START = 'chown -hR --from=0:0 "$1:$1" "$2" && shift 2 && exec "$@"';

export const drawUser = (): number => FIRST_ID + randomInt(IDS);

/** The owner of the folder since a command ran there, or a new id. */
export function userOf(boxFolder: string): number {
  const { uid } = statSync(boxFolder);
  return uid >= FIRST_ID && uid < FIRST_ID + IDS ? uid : drawUser();
}

/** Called before anything of a run is in the folder: until then no path in it can lead elsewhere. */
export async function giveFolder(boxFolder: string, id: number): Promise<void> {
  await promisify(execFile)('/bin/chown', ['-hR', `${id}:${id}`, boxFolder]);
}

export interface Stage {
  /** Comes before bubblewrap's own command line. */
  prefix: string[];
  place(hostPath: string): string;
}

/**
 * Gives another user access to files in folders that only root can enter: an outer bubblewrap, started as root, shows
 * the few files that the run needs in a folder open to all, gives the run's folder to its user, and becomes that
 * user. The command after `prefix` is started by it.
 */
export function stageForUser(
  program: string,
  call: BubblewrapCall,
  box: Box,
  command: Command,
  id: number,
): Stage {
  const files = [...new Set(shownFiles(call, box, command).map(({ hostFile }) => hostFile))];
  // Files for this step alone: they hold the run's token, or its plan.
  const own = new Set([box.cliConfigFile, ...(box.shownFiles ?? [])]);
  const folder = `${OWN}/box`;
  const folders = (box.shownFolders ?? []).map(
    ({ hostFolder }, index) => [hostFolder, `${STAGE}/folder-${index}`] as const,
  );
  const places = new Map([
    [box.hostFolder, folder],
    ...folders,
    ...files.map((file, index) => [file, `${own.has(file) ? OWN : STAGE}/${index}`] as const),
  ]);
  const place = (hostPath: string) => places.get(hostPath) ?? hostPath;
  return {
    prefix: [
      ...[program, '--die-with-parent', ...systemForStage()],
      ...['--perms', '0755', '--dir', STAGE, '--perms', '0755', '--dir', OWN],
      ...folders.flatMap(([hostFolder, shown]) => ['--ro-bind', hostFolder, shown]),
      ...files.flatMap((file) => [own.has(file) ? '--bind' : '--ro-bind', file, place(file)]),
      ...['--bind', box.hostFolder, folder, '--', '/bin/sh', '-c', OWN_AND_START, 'sh', String(id), OWN],
      ...becomeUser(id),
    ],
    place,
  };
}

/** Drops all rights of root for good; the new user's process dies with its parent. */
export const becomeUser = (id: number): string[] => [
  ...['/usr/bin/setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--bounding-set=-all'],
  ...['--inh-caps=-all', '--pdeathsig=KILL', '--'],
];
