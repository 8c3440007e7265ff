/** From byte `start` up to, not including, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The one part that a request asks for (RFC 9110 §14.2), so that a download that broke off can continue. Undefined when
 * all bytes are to be sent: no range, several, one outside the content, or one that depends on a validator.
 */
export function readByteRange(
  { range, 'if-range': ifRange }: { range?: string | undefined; 'if-range'?: string | undefined },
  sizeBytes: number,
): ByteRange | undefined {
  if (ifRange !== undefined) return undefined;
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const isSuffix = first === '';
  const start = isSuffix ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const end = isSuffix || last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return start < end ? { start, end } : undefined;
}
