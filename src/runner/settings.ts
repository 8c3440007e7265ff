import type { EngineProduct } from '../protocol/agent.ts';
import { ARCHIVE_LIMITS } from '../protocol/archive-format.ts';

/** Severity of one line of the runner's own log; never part of a run's log. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

/** Where releases of a product are downloaded from. */
export interface ReleaseSource {
  /** Without a last slash; the product's own site when absent. Its layout: docs/offline.md. */
  mirrorUrl?: string;
  /** Armored OpenPGP keys, one of which signs the checksums there; the product's own key when absent. */
  trustedKeyFile?: string;
}

export interface EngineSettings {
  /** A terraform or tofu binary to use for every step; a step that wants another exact version is refused. */
  pinnedPath?: string;
  releases: Record<EngineProduct, ReleaseSource>;
  /** True when nothing may be downloaded. */
  isSealed?: boolean;
  /** Downloaded engines and cached answers about them. Survives restarts; shared by all slots. */
  cacheFolder: string;
}

export interface RunnerLimits {
  /** Wall time of a plan and of an apply: after it the step is interrupted, and killed {@link graceMs} later. */
  planMs: number;
  applyMs: number;
  graceMs: number;
  logBytes: number;
  /** Limits of a configuration archive: compressed size, expanded size, entries, expanded over compressed size. */
  archiveBytes: number;
  expandedBytes: number;
  archiveEntries: number;
  archiveRatio: number;
  /** Limit of all processes of a run together. */
  memoryBytes: number;
  /** Processes and threads of a run. */
  processes: number;
  /** Limit of a run's folder, and so of its largest file. */
  diskBytes: number;
  /** `/tmp` of a run, which is memory. */
  temporaryBytes: number;
  /** How long the log, the state and the outcome wait for a server that is away. */
  deliveryMs: number;
  /** Size of the store of providers for later runs; undefined for a share of the disk. */
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
   * `auto`: each run has its own network where that works, else the host's and a warning. `isolated`: its own network
   * or no start. `public`: like `isolated`, and without private addresses. `host`: the host's.
   */
  mode: 'auto' | 'isolated' | 'public' | 'host';
  /** Addresses and ports of the host's loopback that isolated runs may call. */
  doors: { address: string; port: number }[];
  /** Private networks that isolated runs may reach, as `10.1.0.0/16`. */
  networks: string[];
}

export interface RunnerSettings {
  /** The server's base address, without {@link AGENT_PATH}. */
  url: string;
  token: string;
  name: string;
  /** The program that executes one step: dist/step.js; each step has a process of its own. */
  stepProgram: string;
  /** Steps at a time. */
  slots: number;
  /** Step folders live here; one host's runners may share it. */
  workFolder: string;
  engine: EngineSettings;
  /** True when nothing is fetched from a registry or a mirror: runs use the engines and providers that are there. */
  isSealed: boolean;
  /** Providers come from the mirror of the run's organization at the server instead of their registries. */
  usesMirror?: boolean;
  /** The folder of providers that earlier runs have fetched. Survives restarts; one host's runners may share it. */
  providerFolder: string;
  /** `auto`: bubblewrap when it works here, else a process group and a warning. */
  sandbox: 'auto' | 'required' | 'off';
  network: NetworkSettings;
  /** Hosts that modules may be fetched from over SSH. Absent: a host's first key is trusted and remembered. */
  sshKnownHosts?: string;
  limits?: Partial<RunnerLimits>;
  log: Log;
}
