/**
 * The part of base64 that does not depend on the text before and after `bytes`, for each of the three possible
 * offsets; in the alphabet of base64 and in that of URLs.
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
