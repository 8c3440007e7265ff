/** The folder with initdb and postgres; null when they are not installed. */
export function findPostgres(): string | null;
/** A server of its own in a temporary folder: its address for a superuser, and `stop`, which also deletes it. */
export function startPostgres(binFolder: string): Promise<{ url: string; stop: () => Promise<void> }>;
