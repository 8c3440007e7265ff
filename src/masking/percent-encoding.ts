/**
 * The ASCII characters that an encoder keeps, besides letters and digits, and its form of a space. The first is
 * terraform's `urlencode`, the others those of Go, JavaScript, Java and Python, and of a URL's path and user.
 */
const ENCODERS: readonly { keeps: string; space: string }[] = [
  { keeps: '-_.~', space: '+' },
  { keeps: '-_.~', space: '%20' },
  { keeps: "-_.!~*'()", space: '%20' },
  { keeps: '-_.~$&+=:@', space: '%20' },
  { keeps: '-_.~$&+=:@/,;', space: '%20' },
  { keeps: '-_.~$&+,;=', space: '%20' },
  { keeps: "-_.!~*'();/?:@&=+$,#", space: '%20' },
  { keeps: '-_.*', space: '+' },
  { keeps: '-_./~', space: '%20' },
];

/** `text` in every usual percent encoding, with upper and lower hex. */
export function percentEncodings(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms = ENCODERS.flatMap(({ keeps, space }) => {
    const kept = new Set(Buffer.from(keeps));
    const isKept = (byte: number): boolean => isAlphanumeric(byte) || kept.has(byte);
    return [encode(bytes, isKept, space, upper), encode(bytes, isKept, space, lower)];
  });
  const twice = forms.map((form) => form.replaceAll('%', '%25'));
  return [
    ...forms,
    ...twice,
    encode(bytes, () => false, '%20', upper),
    encode(bytes, () => false, '%20', lower),
  ];
}

function encode(
  bytes: Buffer,
  isKept: (byte: number) => boolean,
  space: string,
  hex: (byte: number) => string,
): string {
  return Array.from(bytes, (byte) => {
    if (byte === 0x20) return space;
    return isKept(byte) ? String.fromCharCode(byte) : `%${hex(byte)}`;
  }).join('');
}

const lower = (byte: number): string => byte.toString(16).padStart(2, '0');
const upper = (byte: number): string => lower(byte).toUpperCase();

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
