const NEW_LINE = 0x0a;
/** A longer line is cut, so that it does not fill the memory. */
const MAX_LINE_BYTES = 16 * 1024;

/** Cuts the pieces of a log stream into lines. */
export class LogLines {
  private rest: Buffer[] = [];
  private size = 0;
  private read = 0;
  private next = 0;
  /** The byte where the last returned line begins. */
  start = 0;

  /** The lines that end in this piece, without their ends. */
  *push(bytes: Uint8Array): Generator<string, void, undefined> {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = 0;
    for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, from)) {
      this.keep(chunk.subarray(from, at));
      from = at + 1;
      this.start = this.next;
      this.next = this.read + from;
      yield this.take();
    }
    this.keep(chunk.subarray(from));
    this.read += chunk.length;
  }

  /** The text after the last line end. */
  end(): string {
    this.start = this.next;
    return this.take();
  }

  private keep(part: Buffer): void {
    const room = MAX_LINE_BYTES - this.size;
    if (room <= 0 || part.length === 0) return;
    this.rest.push(Buffer.from(part.subarray(0, room)));
    this.size += Math.min(room, part.length);
  }

  private take(): string {
    const text = Buffer.concat(this.rest).toString('utf8');
    this.rest = [];
    this.size = 0;
    return text;
  }
}
