import type { EngineProduct } from '../protocol/agent.ts';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { BlobStore } from './blobs/blob-store.ts';
import type { LogStore } from './blobs/log-store.ts';
import type { OidcSettings } from './config.ts';
import type { CopyFiles } from './database/open.ts';
import type { Database } from './database/schema.ts';
import type { WakeUps } from './live/wake-ups.ts';
import type { Measures } from './measures/measures.ts';
import type { Mailer } from './outbound/mailer.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { WorkQueue } from './queue/work-queue.ts';
import type { Sealer } from './secrets/sealer.ts';
import type { PathSigner } from './secrets/signed-paths.ts';
import type { StateReader } from './state-reader/state-reader.ts';

/** The base that every part of the server is given. */
export interface Platform {
  db: Kysely<Database>;
  /** Null when the database is a PostgreSQL server's. */
  copyDatabase: CopyFiles | null;
  blobs: BlobStore;
  /** Reads the state files among the blobs. */
  stateReader: StateReader;
  logs: LogStore;
  queue: WorkQueue;
  wakeUps: WakeUps;
  signer: PathSigner;
  /** Calls the addresses that users have set. */
  outbound: Outbound;
  /** Sends mail; null when the server was not given a mail server. */
  mailer: Mailer | null;
  /** The registries from which mirrors fetch what they lack: the address to ask, by host. */
  mirrorRegistries: ReadonlyMap<string, string>;
  mirrorMaxBytes: number;
  sealer: Sealer;
  measures: Measures;
  log: Logger;
  limits: Limits;
  /** The operator's program that says what plans cost; null: price books do. */
  costCommand: string | null;
  /** The operator's `opa`, for policies in Rego; null: there is none. */
  opaCommand: string | null;
  /** The product of runs for which none is named. */
  engine: EngineProduct | null;
  /** The identity provider at which people can sign in; null: none. */
  oidc: OidcSettings | null;
  /** The address at which clients reach this server, without a trailing slash. Known once the server listens. */
  publicUrl: string;
  /** Further hosts by which configurations call it (`RUNWRIGHT_ALIASES`). */
  aliases: readonly string[];
}

export interface Limits {
  configurationBytes: number;
  stateBytes: number;
  /** A state of an apply is accepted up to this size, which is more than a client's: it exists nowhere else. */
  appliedStateBytes: number;
  artifactBytes: number;
  /** The longest value of a run variable, in characters (api-contract §0.5). */
  runVariableValueChars: number;
  /** How long a token lives that is made without an expiry; null: until it is revoked. */
  tokenLifetimeMs: number | null;
  /** How long after a cancel a force-cancel is refused (api-contract §2.4). */
  forceCancelAfterMs: number;
  /** A runner that is silent this long has lost its step. */
  leaseMs: number;
  /** A plan-only run that no runner has taken for this long is canceled. */
  speculativeQueueMs: number;
  /** The limit for one caller; 0: no limit. */
  requestsPerSecond: number;
}
