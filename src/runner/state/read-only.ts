/** For what is a help and no need: the kernel makes a damaged disk read-only, and what it has can still be read. */
export function ignoreReadOnly(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EROFS') throw error;
}
