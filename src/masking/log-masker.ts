import { editJson, type JsonEdits, type JsonPath } from './json-text.ts';
import { MASK, type Masker, type MaskingStream } from './masker.ts';

const NEWLINE = 0x0a;
const BRACE = 0x7b;
/** A longer line is read as text: terraform writes no such line. */
const MAX_LINE_BYTES = 16 * 1024 ** 2;

/**
 * Masks a run's log. In terraform's JSON lines the keys and the words of the protocol stay unchanged, whatever the
 * secrets are: programs that draw the log depend on them. Everything else is text.
 */
export function createLogMasker(masker: Masker): MaskingStream {
  const text = masker.stream();
  /** The part read so far of a line that may be JSON. */
  let line: Buffer[] | undefined;
  let lineBytes = 0;
  let isAtLineStart = true;

  function endLine(): Buffer {
    const bytes = Buffer.concat(line ?? []);
    line = undefined;
    const masked = maskProtocolLine(bytes, masker);
    return masked ? Buffer.concat([text.end(), masked]) : text.write(bytes);
  }

  return {
    write(chunk) {
      const out: Buffer[] = [];
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      for (let at = 0; at < bytes.length;) {
        if (isAtLineStart && bytes[at] === BRACE) {
          line = [];
          lineBytes = 0;
        }
        const newline = bytes.indexOf(NEWLINE, at);
        const end = newline === -1 ? bytes.length : newline + 1;
        const part = bytes.subarray(at, end);
        isAtLineStart = newline !== -1;
        if (line) {
          line.push(Buffer.from(part));
          lineBytes += part.length;
          if (isAtLineStart || lineBytes > MAX_LINE_BYTES) out.push(endLine());
        } else out.push(text.write(part));
        at = end;
      }
      return Buffer.concat(out);
    },
    end() {
      const rest = line ? endLine() : Buffer.alloc(0);
      return Buffer.concat([rest, text.end()]);
    },
  };
}

/** Undefined for a line that is not in the protocol. */
function maskProtocolLine(bytes: Buffer, masker: Masker): Buffer | undefined {
  const line = bytes.toString();
  if (!line.includes('"@message"')) return undefined;
  try {
    const parsed = JSON.parse(line) as unknown;
    if (typeof parsed !== 'object' || parsed === null || !('@message' in parsed)) return undefined;
  } catch {
    return undefined;
  }
  const masked = editJson(line, protocolEdits(masker));
  return masked === line ? bytes : Buffer.from(masked);
}

function protocolEdits(masker: Masker): JsonEdits {
  const mask = (text: string): string | undefined => {
    const masked = masker.text(text);
    return masked === text ? undefined : masked;
  };
  return {
    text: (text, path) => (isProtocolWord(text, path) ? undefined : mask(text)),
    // Numbers outside outputs are those of lines, seconds and resources.
    number: (source, path) => (isInOutput(path) && mask(source) !== undefined ? MASK : undefined),
    // Keys in an output's value and type come from the configuration too.
    key: (key, path) => (isInOutput(path) && path.length > 3 ? mask(key) : undefined),
  };
}

const isInOutput = (path: JsonPath): boolean => path[0] === 'outputs' && path.length > 2;

/** Keys whose values are terraform's own words. */
const TOP_WORDS = new Set(['@level', '@module', '@timestamp', 'type', 'terraform', 'tofu', 'ui']);
const INNER_WORDS = new Set(['action', 'reason', 'severity', 'operation', 'status', 'kind']);

function isProtocolWord(text: string, path: JsonPath): boolean {
  const key = path.at(-1);
  if (typeof key !== 'string' || path[0] === 'outputs') return false;
  if (path.length === 1) return TOP_WORDS.has(key);
  return INNER_WORDS.has(key) && /^[a-z][a-z_-]*$/.test(text);
}
