import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Box, Command } from './sandbox.ts';
import { shownFiles, systemForStage, type BubblewrapCall } from './bubblewrap-arguments.ts';

/**
 * Ids that no distribution gives out (systemd's table of them calls 60578–61183 unused). Each step of a runner with root's rights gets one,
 * so that whatever breaks out of its sandbox is nobody, and the kernel counts its processes apart from those of others.
 */
const FIRST_ID = 60_600;
const IDS = 500;
const STAGE = '/runwright-stage';
/** What the run's user is given. */
const OWN = `${STAGE}/own`;
/** What a run left may be links: only they themselves change hands. */
const OWN_AND_START = 'chown -hR --from=0:0 "$1:$1" "$2" && shift 2 && exec "$@"';

export const drawUser = (): number => FIRST_ID + randomInt(IDS);

/** Whose the folder is since a command ran there, or a new one. */
export function userOf(boxFolder: string): number {
  const { uid } = statSync(boxFolder);
  return uid >= FIRST_ID && uid < FIRST_ID + IDS ? uid : drawUser();
}

/** Before anything of a run is in it: only then a path in it leads nowhere else. */
export async function giveFolder(boxFolder: string, id: number): Promise<void> {
  await promisify(execFile)('/bin/chown', ['-hR', `${id}:${id}`, boxFolder]);
}

export interface Stage {
  /** Comes before bubblewrap's own command line. */
  prefix: string[];
  place(hostPath: string): string;
}

/**
 * A way for another user to files that lie in folders of root's alone: an outer bubblewrap, started as root, shows the
 * few files that the run needs in a folder that anybody may enter, gives the run's folder to its user, and becomes that
 * user. What comes after `prefix` is started by it.
 */
export function stageForUser(
  program: string,
  call: BubblewrapCall,
  box: Box,
  command: Command,
  id: number,
): Stage {
  const files = [...new Set(shownFiles(call, box, command).map(({ hostFile }) => hostFile))];
  // Files of the step alone: they hold the run's token, or its plan.
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

/** No right of root's is left, and none can be had again; the new user dies with who started it. */
export const becomeUser = (id: number): string[] => [
  ...['/usr/bin/setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--bounding-set=-all'],
  ...['--inh-caps=-all', '--pdeathsig=KILL', '--'],
];
