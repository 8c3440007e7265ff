/**
 * Reads the headers of a tar ahead of the library that unpacks it. The library silently leaves out entries of types that
 * it does not know and long headers, and misreads a header that arrives in two pieces or has a line break in a value.
 * A file that is missing without a word makes a run destroy the resources in it, so such archives are refused here.
 */
export interface HeaderReader {
  /** @returns the same bytes in pieces that the library reads right, or why the archive is refused */
  read(chunk: Buffer): { pieces: Buffer[] } | { refuse: string };
  /** The bytes that did not fill a block; the archive is cut short if there are any. */
  rest(): Buffer;
}

const BLOCK = 512;
/** The library ignores longer ones. */
const MAX_EXTENDED_BYTES = 1024 ** 2;

/** Type flags. Entries of the first kinds are judged one by one (archive-entries.ts). */
const ENTRIES = new Set(['0', '\0', '1', '2', '3', '4', '5', '6', '7', 'D']);
/** Headers for the next entry or, with `g`, for all that follow. */
const RECORDS = new Set(['x', 'g', 'X']);
const LONG_NAMES = new Set(['L', 'K', 'N']);
/** The label of a tape, and access lists: neither is a file. */
const NO_FILES = new Set(['V', 'A']);

const FLAG_AT = 156;
const NAME_BYTES = 100;
const PREFIX_AT = 345;
const PREFIX_BYTES = 155;
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const SUM_AT = 148;
const SUM_BYTES = 8;

const DAMAGED_HEADER = 'it is damaged: it has an extended header that is no list of records';
const sparse = (name: string): string =>
  `${show(name)} is stored as a sparse file, which cannot be read: make the archive without the option --sparse (-S) of tar`;

const isUtf8 = (name: Buffer): boolean => Buffer.from(name.toString('utf8')).equals(name);

/** Two names in another encoding can become the same text, and one of the files would replace the other. */
const notUtf8 = (name: Buffer): string =>
  `${show(name.toString('latin1'))} has a name that is not written in UTF-8, as all names must be: rename it`;

export function createHeaderReader(): HeaderReader {
  /** Bytes that wait for the rest of their block, or of their extended header. */
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  /** What comes next: headers, then the content of an entry, or an extended header. */
  let contentBytes = 0;
  let extended: { flag: string; bytes: number } | undefined;
  let emptyBlocks = 0;
  /** The size that an extended header gives to the next entry. */
  let nextSize: number | undefined;
  /** Whether an extended header names the next entry; the name in its own header may then end within a character. */
  let isNamed = false;

  function readHeader(header: Buffer): string | undefined {
    if (header.every((byte) => byte === 0)) {
      emptyBlocks++;
      return undefined;
    }
    emptyBlocks = 0;
    // The library says what is wrong with it.
    if (!hasValidSum(header)) return undefined;
    const flag = header.toString('latin1', FLAG_AT, FLAG_AT + 1);
    const size = readSize(header);
    if (RECORDS.has(flag) || LONG_NAMES.has(flag)) {
      if (size > MAX_EXTENDED_BYTES)
        return `it has a header for names and attributes of more than ${MAX_EXTENDED_BYTES} bytes`;
      if (size > 0) extended = { flag, bytes: toBlocks(size) };
      return undefined;
    }
    const name = header.toString('utf8', 0, NAME_BYTES).replace(/\0.*/s, '');
    const own = isNamed ? undefined : findForeignName(header);
    if (own !== undefined) return notUtf8(own);
    isNamed = false;
    if (flag === 'S') return sparse(name);
    if (!ENTRIES.has(flag) && !NO_FILES.has(flag))
      return `${show(name)} is of the type ${show(flag)}, which is unknown here; only files, folders and links are allowed`;
    const isFolder = flag === '5' || (flag !== '7' && name.endsWith('/'));
    contentBytes = isFolder ? 0 : toBlocks((ENTRIES.has(flag) ? nextSize : undefined) ?? size);
    nextSize = undefined;
    return undefined;
  }

  function readRecords(body: Buffer, flag: string): string | undefined {
    for (let at = 0; at < body.length && body[at] !== 0;) {
      const record = recordAt(body, at);
      if (!record) return DAMAGED_HEADER;
      const { key, value, end } = record;
      if (key === 'path') {
        const name = body.subarray(end - 1 - record.valueBytes, end - 1);
        if (!isUtf8(name)) return notUtf8(name);
        isNamed = true;
      }
      if (key.startsWith('GNU.sparse.')) return sparse(key === 'GNU.sparse.name' ? value : 'a file in it');
      const hasBreak = value.includes('\n');
      if (hasBreak && (key === 'path' || key === 'linkpath'))
        return `${show(value)} has a line break in its name, which cannot be read: rename it`;
      // The library would take the lines of an attribute for records.
      if (hasBreak) flatten(body.subarray(at, end - 1));
      if (key === 'size') {
        if (flag === 'g' || !/^\d{1,15}$/.test(value)) return DAMAGED_HEADER;
        nextSize = Number(value);
      }
      at = end;
    }
    return undefined;
  }

  function readLongName(body: Buffer, flag: string): string | undefined {
    const name = untilZero(body);
    if (!isUtf8(name)) return notUtf8(name);
    if (flag !== 'K') isNamed = true;
    return undefined;
  }

  /** @returns the whole blocks among the waiting bytes, at most `most` */
  function take(most: number): Buffer | undefined {
    const bytes = Math.min(most, waitingBytes - (waitingBytes % BLOCK));
    if (bytes === 0) return undefined;
    const all = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting);
    const left = all.subarray(bytes);
    waiting = left.length > 0 ? [left] : [];
    waitingBytes = left.length;
    return all.subarray(0, bytes);
  }

  return {
    read(chunk) {
      waiting.push(chunk);
      waitingBytes += chunk.length;
      const pieces: Buffer[] = [];
      for (;;) {
        if (extended) {
          if (waitingBytes < extended.bytes) break;
          // A copy, since an attribute may be changed.
          const body = Buffer.from(take(extended.bytes) as Buffer);
          const { flag } = extended;
          const wrong = RECORDS.has(flag) ? readRecords(body, flag) : readLongName(body, flag);
          if (wrong !== undefined) return { refuse: wrong };
          extended = undefined;
          pieces.push(body);
          continue;
        }
        const isAtEnd = emptyBlocks >= 2;
        const isHeader = contentBytes === 0 && !isAtEnd;
        const piece = take(isHeader ? BLOCK : isAtEnd ? Infinity : contentBytes);
        if (!piece) break;
        pieces.push(piece);
        if (!isHeader) contentBytes -= piece.length;
        const wrong = isHeader ? readHeader(piece) : undefined;
        if (wrong !== undefined) return { refuse: wrong };
      }
      return { pieces };
    },
    rest: () => Buffer.concat(waiting),
  };
}

const toBlocks = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;

function untilZero(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

/** The name in the header of an entry, or the folder before it, if it is not in UTF-8. */
function findForeignName(header: Buffer): Buffer | undefined {
  const fields = [header.subarray(0, NAME_BYTES), header.subarray(PREFIX_AT, PREFIX_AT + PREFIX_BYTES)];
  return fields.map(untilZero).find((name) => !isUtf8(name));
}

/** An invalid size counts as 0, as the library takes it; the entry is refused elsewhere. */
function readSize(header: Buffer): number {
  const field = header.subarray(SIZE_AT, SIZE_AT + SIZE_BYTES);
  if (field[0] === 0x80) return Number(BigInt(`0x${field.subarray(1).toString('hex')}`));
  const size = Number.parseInt(field.toString('latin1').replace(/\0.*/s, '').trim(), 8);
  return size > 0 ? size : 0;
}

/** The sum of all bytes, where those of its own field count as spaces. */
function hasValidSum(header: Buffer): boolean {
  const field = header.toString('latin1', SUM_AT, SUM_AT + SUM_BYTES).replace(/\0.*/s, '');
  let sum = SUM_BYTES * 0x20;
  for (const [at, byte] of header.entries()) if (at < SUM_AT || at >= SUM_AT + SUM_BYTES) sum += byte;
  return Number.parseInt(field.trim(), 8) === sum;
}

/** `LENGTH KEY=VALUE\n`, where the length is that of the whole record. */
function recordAt(
  body: Buffer,
  at: number,
): { key: string; value: string; valueBytes: number; end: number } | undefined {
  const length = /^(\d{1,7}) /.exec(body.toString('latin1', at, at + 8));
  if (!length) return undefined;
  const end = at + Number(length[1]);
  const record = body.subarray(at + length[0].length, end - 1);
  const equals = record.indexOf('=');
  if (end > body.length || body[end - 1] !== 0x0a || equals < 1) return undefined;
  const value = record.subarray(equals + 1);
  return {
    key: record.toString('utf8', 0, equals),
    value: value.toString('utf8'),
    valueBytes: value.length,
    end,
  };
}

function flatten(record: Buffer): void {
  for (let at = record.indexOf(0x0a); at !== -1; at = record.indexOf(0x0a, at)) record[at] = 0x20;
}

const show = (text: string): string => JSON.stringify(text.slice(0, 200));
