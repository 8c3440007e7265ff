/**
 * The part of base64 that is the same whatever stands before and after `bytes` in the text that is encoded, for each of
 * the three places at which they can begin; in the alphabet of base64 and in that of URLs.
 */
export function base64Parts(bytes: Buffer): string[] {
  const parts = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(from, to);
  });
  return parts.flatMap((part) => [part, part.replaceAll('+', '-').replaceAll('/', '_')]);
}
