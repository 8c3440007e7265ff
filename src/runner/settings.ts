import { ARCHIVE_LIMITS } from '../protocol/archive-format.ts';
/** Severity of one line of the runner's own log; never part of a run's log. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

export interface EngineSettings {
  /** A terraform or tofu binary to use for every step; a step that wants another exact version is refused. */
  pinnedPath?: string;
  /** Root of a mirror laid out as releases.hashicorp.com. */
  mirrorUrl: string;
  /** Armored OpenPGP key that signs the mirror's checksums; HashiCorp's release key when absent. */
  trustedKeyFile?: string;
  /** Nothing is downloaded. */
  isSealed?: boolean;
  /** Downloaded engines and what was learnt about them. Survives restarts; shared by all slots. */
  cacheFolder: string;
}

export interface RunnerLimits {
  /** Wall time of a plan and of an apply: interrupted when it passes, killed {@link graceMs} later. */
  planMs: number;
  applyMs: number;
  graceMs: number;
  logBytes: number;
  /** Configuration archive: compressed, expanded, number of entries, expanded over compressed. */
  archiveBytes: number;
  expandedBytes: number;
  archiveEntries: number;
  archiveRatio: number;
  /** All processes of a run together. */
  memoryBytes: number;
  /** Processes and threads of a run. */
  processes: number;
  /** Everything in a run's folder, and so its largest file. */
  diskBytes: number;
  /** `/tmp` of a run, which is memory. */
  temporaryBytes: number;
  /** How long the log, the state and the outcome wait for a server that is away. */
  deliveryMs: number;
  /** Providers that are kept for later runs; undefined for a share of the disk. */
  providerStoreBytes?: number;
  /** How often the runner looks for states that it could not deliver. */
  leftoversEveryMs: number;
}

export const defaultLimits: RunnerLimits = {
  planMs: 2 * 3600_000,
  applyMs: 24 * 3600_000,
  graceMs: 60_000,
  logBytes: 256 * 1024 ** 2,
  archiveBytes: 128 * 1024 ** 2,
  expandedBytes: ARCHIVE_LIMITS.expandedBytes,
  archiveEntries: ARCHIVE_LIMITS.entries,
  archiveRatio: ARCHIVE_LIMITS.ratio,
  memoryBytes: 4 * 1024 ** 3,
  processes: 1024,
  diskBytes: 8 * 1024 ** 3,
  temporaryBytes: 1024 ** 3,
  deliveryMs: 15 * 60_000,
  leftoversEveryMs: 60_000,
};

export interface NetworkSettings {
  /**
   * `auto`: a network of each run's own where that works here, else the host's and a warning. `isolated`: a network of
   * its own or no start. `public`: moreover no private addresses. `host`: the host's.
   */
  mode: 'auto' | 'isolated' | 'public' | 'host';
  /** Addresses and ports of the host's loopback that runs may call all the same. */
  doors: { address: string; port: number }[];
  /** Private networks that runs may reach all the same, as `10.1.0.0/16`. */
  networks: string[];
}

export interface RunnerSettings {
  /** The server's base address, without {@link AGENT_PATH}. */
  url: string;
  token: string;
  name: string;
  /** The program that executes one step: dist/step.js, of which each step gets a process. */
  stepProgram: string;
  /** Steps at a time. */
  slots: number;
  /** Step folders live here; one host's runners may share it. */
  workFolder: string;
  engine: EngineSettings;
  /** Nothing is fetched from a registry or a mirror: runs have the engines and providers that are there. */
  isSealed: boolean;
  /** Providers come from the mirror of the run's organization at the server, and not from their registries. */
  usesMirror?: boolean;
  /** Providers that earlier runs have fetched. Survives restarts; one host's runners may share it. */
  providerFolder: string;
  /** `auto`: bubblewrap when it works here, else a process group and a warning. */
  sandbox: 'auto' | 'required' | 'off';
  network: NetworkSettings;
  /** Hosts that modules may be fetched from over SSH. Absent: each is believed at first sight, and then remembered. */
  sshKnownHosts?: string;
  limits?: Partial<RunnerLimits>;
  log: Log;
}
