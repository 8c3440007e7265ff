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

/** The ground floor, handed to every room. */
export interface Platform {
  db: Kysely<Database>;
  /** Null where the database is a PostgreSQL server's. */
  copyDatabase: CopyFiles | null;
  blobs: BlobStore;
  /** Reads the state files among the blobs. */
  stateReader: StateReader;
  logs: LogStore;
  queue: WorkQueue;
  wakeUps: WakeUps;
  signer: PathSigner;
  /** Calls what users gave the address of. */
  outbound: Outbound;
  /** Sends mail; null when the server was not given a mail server. */
  mailer: Mailer | null;
  sealer: Sealer;
  measures: Measures;
  log: Logger;
  limits: Limits;
  /** The operator's program that says what plans cost; null: price books do. */
  costCommand: string | null;
  /** The operator's `opa`, for policies in Rego; null: there is none. */
  opaCommand: string | null;
  /** The product of runs for which nobody names one. */
  engine: EngineProduct | null;
  /** Where people sign in with an account elsewhere; null: nowhere. */
  oidc: OidcSettings | null;
  /** The address clients reach this server by, without a trailing slash. Known once the server listens. */
  publicUrl: string;
  /** Further hosts by which configurations call it (`RUNWRIGHT_ALIASES`). */
  aliases: readonly string[];
}

export interface Limits {
  configurationBytes: number;
  stateBytes: number;
  /** What an apply has left is taken where a client's would be too large: it exists nowhere else. */
  appliedStateBytes: number;
  artifactBytes: number;
  /** The longest value of a run variable, in characters (api-contract §0.5). */
  runVariableValueChars: number;
  /** How long a token lives that is made without an end; null: until it is revoked. */
  tokenLifetimeMs: number | null;
  /** How long after a cancel a force-cancel is refused (api-contract §2.4). */
  forceCancelAfterMs: number;
  /** A runner that is silent this long has lost its step. */
  leaseMs: number;
  /** A plan-only run that no runner has taken for this long is canceled. */
  speculativeQueueMs: number;
  /** Of one caller; 0: no limit. */
  requestsPerSecond: number;
}
