/** A line that never ends is passed on in pieces of this size. */
const MAX_LINE_BYTES = 1024 ** 2;

/**
 * Cuts a byte stream into whole lines, each with its newline; `end` gives an unfinished last one. A line of more than
 * a megabyte is passed on in pieces as it comes, so that no more than that is held.
 */
export function createLineSplitter(onLines: (lines: Buffer) => void): {
  write(chunk: Buffer): void;
  end(): void;
} {
  let rest: Buffer[] = [];
  let restBytes = 0;
  const keep = (chunk: Buffer) => {
    // A copy is kept: a small piece of the chunk would keep the whole chunk in memory.
    if (chunk.length > 0) rest.push(Buffer.from(chunk));
    restBytes += chunk.length;
  };
  const take = () => {
    const taken = rest;
    rest = [];
    restBytes = 0;
    return taken;
  };
  return {
    write(chunk) {
      const cut = chunk.lastIndexOf(0x0a) + 1;
      if (cut > 0) onLines(Buffer.concat([...take(), chunk.subarray(0, cut)]));
      keep(chunk.subarray(cut));
      if (restBytes >= MAX_LINE_BYTES) onLines(Buffer.concat(take()));
    },
    end() {
      if (restBytes > 0) onLines(Buffer.concat([...take(), Buffer.from('\n')]));
    },
  };
}
