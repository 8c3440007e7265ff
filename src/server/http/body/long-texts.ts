import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusal.ts';
import { createBase64Decoder, type Base64Decoder } from './base64-decoder.ts';
import { askForBody } from '../expect-continue.ts';
import type { Hold } from './held-bytes.ts';
import { parseJson } from './json-body.ts';
import { readChunks, refuseTooLarge } from './read-chunks.ts';

/** Texts up to this length stay unchanged. */
const MAX_SHORT_BYTES = 16 * 1024;
/** The size limit of a document without its long texts. */
const MAX_REST_BYTES = 256 * 1024;
const MAX_REST_VALUES = 10_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Stands in a parsed document for a long base64 text. */
export class LongBytes {
  /** undefined: it was not base64. */
  readonly bytes: Buffer | undefined;

  constructor(bytes: Buffer | undefined) {
    this.bytes = bytes;
  }
}

/**
 * Reads a JSON document that holds files as base64, of any allowed size: the files are decoded part by part as they
 * arrive, and never parsed, so that no other request waits for them.
 *
 * @param pointers where long texts may be
 * @returns the document, with a {@link LongBytes} for each of them
 */
export async function readWithLongTexts(
  request: IncomingMessage,
  { maxBytes, pointers, hold }: { maxBytes: number; pointers: readonly string[]; hold: Hold },
): Promise<unknown> {
  askForBody(request);
  const scanner = createScanner();
  await readChunks(request, maxBytes, (chunk) => {
    hold.add(chunk.length);
    scanner.add(chunk);
  });
  const { rest, texts } = scanner.end();
  const document = parseJson(rest, MAX_REST_VALUES);
  return put(document, '', texts, pointers);
}

/** Takes the long texts out of JSON, and leaves a name for each in their place. */
function createScanner() {
  const mark = randomUUID();
  const texts = new Map<string, Base64Decoder>();
  const rest: Buffer[] = [];
  let restBytes = 0;
  /** The current text: its parts in `short` until it is long, and then its decoder in `long`. */
  let short: Buffer[] | undefined;
  let shortBytes = 0;
  let long: Base64Decoder | undefined;
  let isEscaped = false;

  const keep = (part: Buffer): void => {
    restBytes += part.length;
    if (restBytes > MAX_REST_BYTES) refuseTooLarge(MAX_REST_BYTES);
    rest.push(part);
  };

  const addText = (part: Buffer): void => {
    if (long !== undefined) return long.add(part);
    short?.push(part);
    shortBytes += part.length;
    if (shortBytes <= MAX_SHORT_BYTES) return;
    long = createBase64Decoder();
    for (const earlier of short ?? []) long.add(earlier);
    short = [];
    const name = `${mark}-${texts.size}`;
    texts.set(name, long);
    keep(Buffer.from(name));
  };

  const endText = (): void => {
    for (const part of short ?? []) keep(part);
    short = undefined;
    long = undefined;
    shortBytes = 0;
  };

  return {
    add(chunk: Buffer): void {
      let start = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        if (short === undefined) {
          if (byte !== QUOTE) continue;
          keep(chunk.subarray(start, at + 1));
          short = [];
        } else if (isEscaped) {
          isEscaped = false;
          continue;
        } else if (byte === BACKSLASH) {
          isEscaped = true;
          continue;
        } else if (byte === QUOTE) {
          addText(chunk.subarray(start, at));
          endText();
          keep(chunk.subarray(at, at + 1));
        } else continue;
        start = at + 1;
      }
      const left = chunk.subarray(start);
      if (short === undefined) keep(left);
      else addText(left);
    },
    end() {
      endText();
      return { rest: Buffer.concat(rest), texts };
    },
  };
}

function put(
  value: unknown,
  pointer: string,
  texts: ReadonlyMap<string, Base64Decoder>,
  pointers: readonly string[],
): unknown {
  if (typeof value === 'string') {
    const text = texts.get(value);
    if (text === undefined) return value;
    if (pointers.includes(pointer)) return new LongBytes(text.end());
    const detail = `A value has more than ${MAX_SHORT_BYTES} bytes: only ${pointers.join(' and ')} may.`;
    throw new Refusal('invalid_attribute', [{ detail, pointer }]);
  }
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, child] of Object.entries(value)) {
    (value as Record<string, unknown>)[key] = put(child, `${pointer}/${key}`, texts, pointers);
  }
  return value;
}
