/**
 * How many of these bytes are whole characters of UTF-8: a part that ends in the middle of a character is cut before
 * it. Bytes that begin no character count as whole, so that they do not wait for a rest that never comes.
 */
export function wholeCharacters(bytes: Uint8Array): number {
  const last = bytes.length - 1;
  for (let back = 0; back < 3 && back <= last; back += 1) {
    const byte = bytes[last - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    return lengthAnnounced(byte) > back + 1 ? last - back : bytes.length;
  }
  return bytes.length;
}

function lengthAnnounced(first: number): number {
  if (first >= 0xf0 && first <= 0xf4) return 4;
  if (first >= 0xe0) return first < 0xf0 ? 3 : 1;
  return first >= 0xc2 ? 2 : 1;
}
