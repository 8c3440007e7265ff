const LINE = /^([0-9a-f]{64}) [ *]([^\s/\\]{1,300})$/;

/**
 * @param sums a SHA256SUMS text
 * @param filename undefined: any file
 * @returns the SHA-256 of the file in it
 */
export function findSum(sums: string, filename?: string): string | undefined {
  for (const line of sums.split('\n')) {
    const [, sum, name] = LINE.exec(line.trimEnd()) ?? [];
    if (sum !== undefined && (filename === undefined || name === filename)) return sum;
  }
  return undefined;
}
