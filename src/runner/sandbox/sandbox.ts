import type { Readable } from 'node:stream';

/** A file of the host that the run can read and not change. */
export interface ShownFile {
  hostFile: string;
  /** Absolute. */
  innerFile: string;
}

/** A folder of the host that the run can read and not change. */
export interface ShownFolder {
  hostFolder: string;
  /** Absolute; {@link hostFolder} itself where the sandbox gives files no other name. */
  innerFolder: string;
}

/** The part of a step's folder that the run may see, and its path inside. */
export interface Box {
  hostFolder: string;
  /** Where the run sees {@link hostFolder}. */
  innerFolder: string;
  /** Terraform's CLI configuration, on the host and outside {@link hostFolder}. */
  cliConfigFile: string;
  /** More files on the host, outside {@link hostFolder}: the run may read them, and change none. */
  shownFiles?: readonly string[];
  /** Folders on the host that the run may read under another path: packages of providers. More may be added. */
  shownFolders?: ShownFolder[];
  /** The network of the run; absent: the host's. */
  network?: BoxNetwork;
}

/** A network name space, reachable as long as this process lives. */
export interface BoxNetwork {
  /** Descriptor of the name space. */
  fd: number;
  /** Descriptor of the user name space that owns it; undefined when it is this process's own. */
  ownerFd: number | undefined;
  /** Replaces the host's resolv.conf. */
  resolvConf: string;
}

export interface Command {
  engine: string;
  args: readonly string[];
  /** An inner path. */
  workingDirectory: string;
  /** The whole environment: nothing is added. */
  environment: Record<string, string>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningCommand {
  /** The process that holds all others together: bubblewrap, or the leader of the process group. */
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** Ids of all processes of the command that run now. */
  processes(): number[];
  /** Sends one SIGINT to the engine itself, as soon as it can handle it. */
  interrupt(): Promise<void>;
  /** Ends the engine and everything it started. */
  kill(): void;
  /** Resolves after the last byte of both streams. Errors: when the command could not be started. */
  exited: Promise<Exit>;
}

export interface Sandbox {
  kind: 'bubblewrap' | 'process-group';
  /** The path of a {@link Box.cliConfigFile} inside; out of the run's reach where the sandbox can do that. */
  innerCliConfigFile(hostFile: string): string;
  /** The path by which the run sees one of the {@link Box.shownFiles}. */
  innerShownFile(hostFile: string): string;
  /** The path by which the run sees a package of a provider; `path` is like `HOST/NAMESPACE/TYPE/VERSION/PLATFORM`. */
  innerProvider(hostFolder: string, path: string): string;
  /** The inner name of a box at `hostFolder`. */
  innerFolder(hostFolder: string): string;
  /**
   * Gives the folder, in which nothing of a run has run yet, to the user of the run's commands. The first command
   * would do it too, and would thereby change each file in it.
   */
  handOver(hostFolder: string): Promise<void>;
  start(box: Box, command: Command): RunningCommand;
}

export interface SandboxLimits {
  /** Limit of all processes of a run together. */
  memoryBytes: number;
  /** Processes and threads of a run; 0 sets no limit. */
  processes: number;
  /** Limit of the run's folder, and of its largest file. */
  diskBytes: number;
  /** `/tmp` of the run, which is memory. */
  temporaryBytes: number;
}
