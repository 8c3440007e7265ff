import { crc32 } from 'node:zlib';

const UNIX = 3;
const VERSION_45 = 45;
const PLAIN_FILE = 0o100755;
/** Says of a 32-bit field that the zip64 one counts. */
const BEYOND = 0xffff_ffff;

/**
 * An archive in the form of those above 4 GB (zip64, APPNOTE.TXT 4.5.3) with one uncompressed file.
 *
 * @param declaredBytes the size that the directory names; another than the real one makes the archive a lie
 */
export function packZip64(
  name: string,
  content: string,
  declaredBytes = content.length,
): Buffer<ArrayBuffer> {
  const path = Buffer.from(name);
  const bytes = Buffer.from(content);
  const checksum = crc32(bytes);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(VERSION_45, 4);
  local.writeUInt32LE(checksum, 14);
  local.writeUInt32LE(BEYOND, 18);
  local.writeUInt32LE(BEYOND, 22);
  local.writeUInt16LE(path.length, 26);
  const sizes = (count: number) => {
    const extra = Buffer.alloc(4 + 8 * count);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8 * count, 2);
    extra.writeBigUInt64LE(BigInt(declaredBytes), 4);
    extra.writeBigUInt64LE(BigInt(declaredBytes), 12);
    return extra;
  };
  local.writeUInt16LE(sizes(2).length, 28);
  const head = Buffer.concat([local, path, sizes(2), bytes]);

  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE((UNIX << 8) | VERSION_45, 4);
  central.writeUInt16LE(VERSION_45, 6);
  central.writeUInt32LE(checksum, 16);
  central.writeUInt32LE(BEYOND, 20);
  central.writeUInt32LE(BEYOND, 24);
  central.writeUInt16LE(path.length, 28);
  central.writeUInt16LE(sizes(3).length, 30);
  central.writeUInt32LE((PLAIN_FILE << 16) >>> 0, 38);
  central.writeUInt32LE(BEYOND, 42);
  const directory = Buffer.concat([central, path, sizes(3)]);

  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE((UNIX << 8) | VERSION_45, 12);
  end.writeUInt16LE(VERSION_45, 14);
  end.writeBigUInt64LE(1n, 24);
  end.writeBigUInt64LE(1n, 32);
  end.writeBigUInt64LE(BigInt(directory.length), 40);
  end.writeBigUInt64LE(BigInt(head.length), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(head.length + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  for (const at of [8, 10]) last.writeUInt16LE(0xffff, at);
  for (const at of [12, 16]) last.writeUInt32LE(BEYOND, at);
  return Buffer.concat([head, directory, end, locator, last]);
}
