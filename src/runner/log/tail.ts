const NEWLINE = 0x0a;

export interface Tail {
  push(bytes: Uint8Array): void;
  /** The last bytes, from the start of a line where one begins there, and the number of bytes before them. */
  take(): { bytes: Buffer; leftOutBytes: number };
}

/** Keeps the last `maxBytes` of a stream. */
export function createTail(maxBytes: number): Tail {
  let chunks: Buffer[] = [];
  let heldBytes = 0;
  let allBytes = 0;
  return {
    push(bytes) {
      allBytes += bytes.length;
      // A copy is kept: a small piece would keep its whole chunk in memory.
      chunks.push(Buffer.from(bytes.subarray(-maxBytes)));
      heldBytes += chunks.at(-1)?.length ?? 0;
      // What is held is joined only now and then, so that many small pieces cost no more than their bytes.
      if (heldBytes < 2 * maxBytes) return;
      chunks = [Buffer.from(Buffer.concat(chunks).subarray(-maxBytes))];
      heldBytes = maxBytes;
    },
    take() {
      const held = Buffer.concat(chunks);
      let bytes = held.subarray(-maxBytes);
      if (bytes.length < allBytes) bytes = bytes.subarray(startOfLine(bytes));
      return { bytes, leftOutBytes: allBytes - bytes.length };
    },
  };
}

/** Behind the first line break; 0 when there is none before the last byte. */
function startOfLine(bytes: Buffer): number {
  const newline = bytes.indexOf(NEWLINE);
  return newline === bytes.length - 1 ? 0 : newline + 1;
}
