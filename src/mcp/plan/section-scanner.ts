/** One object found directly inside a section of a plan. */
export interface SectionItem {
  readonly section: string;
  /** The object's name where the section is an object, such as an output's. */
  readonly key: string;
  /** undefined when the object is larger than the limit; `head` is its beginning. */
  readonly json: string | undefined;
  readonly head: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const HEAD_BYTES = 4_096;

/**
 * Finds the objects directly inside the named sections of a JSON object, and holds no more than one object: plans of
 * tens of megabytes come in pieces. The text is trusted to be JSON; other text yields nothing.
 */
export class SectionScanner {
  private depth = 0;
  private hasBegun = false;
  private inString = false;
  private isEscaped = false;
  private section = '';
  /** The last string at a depth where strings are names. */
  private name: Buffer[] = [];
  private lastName = '';
  private item: { key: string; parts: Buffer[]; size: number } | undefined;
  private readonly wanted: ReadonlySet<string>;
  private readonly maxItemBytes: number;

  constructor(wanted: readonly string[], maxItemBytes = 8 * 1024 * 1024) {
    this.wanted = new Set(wanted);
    this.maxItemBytes = maxItemBytes;
  }

  /** true: the stream was one object from its start to its end. */
  get isWhole(): boolean {
    return this.hasBegun && this.depth === 0 && !this.inString;
  }

  /** The objects that end in this piece. */
  *push(bytes: Uint8Array): Generator<SectionItem, void, undefined> {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = 0;
    let nameFrom = this.inString && this.isName() ? 0 : -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.inString) {
        if (this.isEscaped) this.isEscaped = false;
        else if (byte === BACKSLASH) this.isEscaped = true;
        else if (byte === QUOTE) {
          this.inString = false;
          if (nameFrom >= 0) {
            this.name.push(chunk.subarray(nameFrom, at));
            this.lastName = readName(this.name);
            nameFrom = -1;
          }
        }
        continue;
      }
      switch (byte ?? 0) {
        case QUOTE:
          this.inString = true;
          if (this.isName()) {
            this.name = [];
            nameFrom = at + 1;
          }
          break;
        case OPEN_OBJECT:
        case OPEN_ARRAY:
          if (this.depth === 0 && byte === OPEN_OBJECT) this.hasBegun = true;
          if (this.depth === 1) this.section = this.lastName;
          if (this.depth === 2 && byte === OPEN_OBJECT && this.wanted.has(this.section)) {
            this.item = { key: this.lastName, parts: [], size: 0 };
            from = at;
          }
          this.depth += 1;
          break;
        case CLOSE_OBJECT:
        case CLOSE_ARRAY:
          this.depth -= 1;
          if (this.depth === 2 && this.item !== undefined) {
            this.keep(chunk.subarray(from, at + 1));
            yield this.finish();
          }
          break;
        default:
      }
    }
    if (nameFrom >= 0) this.name.push(Buffer.from(chunk.subarray(nameFrom)));
    if (this.item !== undefined) this.keep(chunk.subarray(from));
  }

  private isName(): boolean {
    return this.item === undefined && (this.depth === 1 || this.depth === 2);
  }

  private keep(part: Buffer): void {
    const item = this.item;
    if (item === undefined) return;
    item.size += part.length;
    // Copied: the whole piece must not stay in memory as long as the item.
    if (item.size <= this.maxItemBytes) item.parts.push(Buffer.from(part));
    else if (item.parts.length > 1) item.parts = [Buffer.concat(item.parts).subarray(0, HEAD_BYTES)];
  }

  private finish(): SectionItem {
    const { key, parts, size } = this.item ?? { key: '', parts: [], size: 0 };
    this.item = undefined;
    const text = Buffer.concat(parts).toString('utf8');
    const isWhole = size <= this.maxItemBytes;
    return {
      section: this.section,
      key,
      json: isWhole ? text : undefined,
      head: isWhole ? '' : text.slice(0, HEAD_BYTES),
    };
  }
}

function readName(parts: readonly Buffer[]): string {
  const text = Buffer.concat(parts).toString('utf8');
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
