import type { Readable } from 'node:stream';

/** A file of the host that the run sees and cannot change. */
export interface ShownFile {
  hostFile: string;
  /** Absolute. */
  innerFile: string;
}

/** A folder of the host that the run sees and cannot change. */
export interface ShownFolder {
  hostFolder: string;
  /** Absolute; {@link hostFolder} itself where the sandbox gives files no other name. */
  innerFolder: string;
}

/** The part of a step's folder that the run may see, and what it is called inside. */
export interface Box {
  hostFolder: string;
  /** Where the run sees {@link hostFolder}. */
  innerFolder: string;
  /** Terraform's CLI configuration, on the host and outside of {@link hostFolder}. */
  cliConfigFile: string;
  /** More files on the host, outside of {@link hostFolder}: the run may read them, and change none. */
  shownFiles?: readonly string[];
  /** Folders on the host that the run may read under a name of their own: packages of providers. More may come. */
  shownFolders?: ShownFolder[];
  /** The network that the run has; absent: the host's. */
  network?: BoxNetwork;
}

/** A network name space, as a way to it that stays open as long as this process lives. */
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
  /** All of it: nothing is added. */
  environment: Record<string, string>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningCommand {
  /** Of the process that holds all others together: bubblewrap, or the leader of the process group. */
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** Ids of everything that runs of it just now. */
  processes(): number[];
  /** One SIGINT to the engine itself, as soon as it can take it. */
  interrupt(): Promise<void>;
  /** Ends the engine and everything it started. */
  kill(): void;
  /** After the last byte of both streams. Errors: when the command could not be started. */
  exited: Promise<Exit>;
}

export interface Sandbox {
  kind: 'bubblewrap' | 'process-group';
  /** What the run sees a {@link Box.cliConfigFile} as; out of the run's reach where the sandbox can see to that. */
  innerCliConfigFile(hostFile: string): string;
  /** What the run sees one of the {@link Box.shownFiles} as. */
  innerShownFile(hostFile: string): string;
  /** What the run sees a package of a provider as, of a path like `HOST/NAMESPACE/TYPE/VERSION/PLATFORM`. */
  innerProvider(hostFolder: string, path: string): string;
  /** The inner name of a box at `hostFolder`. */
  innerFolder(hostFolder: string): string;
  /**
   * Makes the folder, in which nothing of a run has run yet, that of the user whom its commands run as. The first
   * command would do it too, and by that change each file in it.
   */
  handOver(hostFolder: string): Promise<void>;
  start(box: Box, command: Command): RunningCommand;
}

export interface SandboxLimits {
  /** All processes of a run together. */
  memoryBytes: number;
  /** Processes and threads of a run; 0 sets no limit. */
  processes: number;
  /** The run's folder, and its largest file. */
  diskBytes: number;
  /** `/tmp` of the run, which is memory. */
  temporaryBytes: number;
}
