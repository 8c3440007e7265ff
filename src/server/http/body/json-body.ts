import type { IncomingMessage } from 'node:http';
import { JSON_API } from '../answers.ts';
import { refuse } from '../refusal.ts';
import { findUnstorable } from '../text-check.ts';
import { askForBody } from '../expect-continue.ts';
import type { Hold } from './held-bytes.ts';
import { countMembers, findRepeated, pointerStep, survey } from '../json-structure.ts';
import { readChunks, refuseTooLarge } from './read-chunks.ts';

export const MAX_JSON_BYTES = 1024 * 1024;

/** Whether a request announces a body at all. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Checks the headers alone: a refusal here reads nothing of the body. @throws 413, 415 */
export function checkHeaders(
  request: IncomingMessage,
  mediaTypes: readonly string[],
  maxBytes: number,
): void {
  const { headers } = request;
  if (Number(headers['content-length'] ?? 0) > maxBytes) refuseTooLarge(maxBytes);
  if (!hasBody(request)) return;
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (coding !== undefined && coding !== '' && coding !== 'identity') {
    refuse('unsupported_media_type', 'Send the body as it is, without a Content-Encoding.');
  }
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (!mediaTypes.includes(mediaType.trim())) {
    refuse('unsupported_media_type', `Send the body as ${mediaTypes.join(' or ')}.`);
  }
  const charset = parameters.map((part) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(part)?.[1]).find(Boolean);
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    refuse('unsupported_media_type', `Send the body in UTF-8, not in ${charset.slice(0, 40)}.`);
  }
}

export const JSON_TYPES = [JSON_API, 'application/json'];
export const FORM_TYPES = ['application/x-www-form-urlencoded'];

/** The whole body, held in memory. @throws 408, 413, 429 */
export async function readWhole(request: IncomingMessage, maxBytes: number, hold: Hold): Promise<Buffer> {
  askForBody(request);
  const chunks: Buffer[] = [];
  await readChunks(request, maxBytes, (chunk) => {
    hold.add(chunk.length);
    chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

/** @returns undefined for an empty body @throws 422 it is no JSON, or holds a value that no row can hold */
export function parseJson(bytes: Buffer, maxValues: number): unknown {
  if (bytes.length === 0) return undefined;
  const found = survey(bytes, maxValues);
  if ('excess' in found) refuse('unprocessable', found.excess, '');
  const text = decodeUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse('unprocessable', `The request body is not valid JSON${placeIn(error)}.`, '');
  }
  if (countMembers(value) < found.members) refuseRepeated(text);
  // Valid UTF-8 text can hold such a value only as an escape: other texts need no search.
  const unstorable = SUSPICIOUS.test(text) ? findUnstorable(value) : undefined;
  if (unstorable === undefined) return value;
  const { pointer, detail } = unstorable;
  refuse(
    'invalid_attribute',
    `${pointer === '' ? 'The body' : pointer.slice(1)}: ${detail}; remove it`,
    pointer,
  );
}

/** Only where the parser stopped: the rest of its words quotes the body, which may hold secrets. */
function placeIn(error: unknown): string {
  const words = String(error);
  if (/^SyntaxError: Un(expected end of JSON|terminated string)/.test(words)) return ': it breaks off';
  const position = / in JSON at position (\d+)/.exec(words)?.[1];
  return position === undefined ? '' : `: see its character ${Number(position) + 1}`;
}

/** Which of the two is meant cannot be known. */
function refuseRepeated(text: string): void {
  const path = findRepeated(text);
  if (path === undefined) return;
  const name = path.at(-1)?.slice(0, 100);
  refuse('unprocessable', `${name}: is given twice; give it once`, path.map(pointerStep).join(''));
}

const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    refuse('unprocessable', 'The request body is not valid UTF-8.', '');
  }
}
