/** Cuts a byte stream into whole lines, each with its newline; `end` gives an unfinished last one. */
export function createLineSplitter(onLines: (lines: Buffer) => void): {
  write(chunk: Buffer): void;
  end(): void;
} {
  let rest: Buffer[] = [];
  return {
    write(chunk) {
      const cut = chunk.lastIndexOf(0x0a) + 1;
      if (cut === 0) {
        rest.push(chunk);
        return;
      }
      onLines(Buffer.concat([...rest, chunk.subarray(0, cut)]));
      rest = cut < chunk.length ? [chunk.subarray(cut)] : [];
    },
    end() {
      if (rest.length > 0) onLines(Buffer.concat([...rest, Buffer.from('\n')]));
      rest = [];
    },
  };
}
