/**
 * Why the database cannot be used. The message is one line for the person who starts the server: it names the folder
 * or the server, never a password.
 */
export type DatabaseProblemReason =
  /** Another process has the data folder open. */
  | 'folder-in-use'
  /** This version cannot open the data folder. */
  | 'folder-unusable'
  /** A commit came back before anything was synced to the disk. */
  | 'not-durable'
  /** DATABASE_URL is not a PostgreSQL address. */
  | 'wrong-address'
  | 'unreachable'
  /** The PostgreSQL server is older than this version supports. */
  | 'server-too-old'
  /** A newer version of Runwright has migrated this database. */
  | 'schema-too-new'
  /** The embedded database's thread ended by itself. */
  | 'crashed'
  | 'not-built';

export class DatabaseProblem extends Error {
  readonly reason: DatabaseProblemReason;

  constructor(reason: DatabaseProblemReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseProblem';
    this.reason = reason;
  }
}
