/** Archives that must be refused, each with the expected message (threats T1, T2). */
import { gunzipSync, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { hardLink, link, makeTarGz, paxRecord, type TarEntry } from './configuration-archive.ts';

const big = Buffer.alloc(3 * 1024 ** 2, 'x');

/** Records of a PAX header for a link with names of some kilobytes. */
const longNames = (name: string): string =>
  paxRecord('path', `${'n/'.repeat(900)}${name}`) + paxRecord('linkpath', 't'.repeat(2_000));
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const pax = (key: string, value: string): TarEntry => ({ path: 'h', type: 'x', text: paxRecord(key, value) });

const entries: [what: string, content: TarEntry[] | Uint8Array, message: RegExp][] = [
  ['a way up', [{ path: '../evil', text: 'x' }], /leaves the configuration/],
  ['an absolute path', [{ path: '/tmp/runwright-evil', text: 'x' }], /absolute path/],
  ['a link out of the folder', [link('out', '../x')], /"out" is a link to "..\/x", which leads out/],
  ['a link to an absolute path', [link('out', '/etc/passwd')], /"out" is a link to "\/etc\/passwd"/],
  ['a link that ends above', [link('a/b/out', '../../..')], /"a\/b\/out" is a link/],
  ['a link that comes back in', [link('out', '../target/main.tf')], /"out"/],
  [
    'a link that leads out through others',
    [link('a/up', '..'), link('deep', 'a/up/..'), link('out', 'deep')],
    /"deep" is a link to "a\/up\/..", which leads out/,
  ],
  [
    'a link whose way goes through a folder that is a link',
    [link('a/b', '../c'), link('out', 'a/b/../..'), { path: 'c/x', text: '' }],
    /"out"/,
  ],
  ['a write through a link', [link('l', '.'), { path: 'l/evil', text: 'x' }], /"l" is a link where/],
  ['a link below a link', [link('l', 'd'), link('l/m', 'main.tf')], /lies below "l", which is a link/],
  ['a link to nothing at all', [link('l', '')], /damaged/],
  ['a link in place of a full folder', [{ path: 'd/x' }, link('d', 'main.tf')], /"d" is a link where/],
  ['a hard link out of the folder', [hardLink('l', '/etc/passwd')], /"l" is a link to "\/etc\/passwd"/],
  ['a hard link upwards', [hardLink('l', 'a/../../x')], /"l" is a link to/],
  ['a hard link to nothing', [hardLink('l', 'none')], /"l" is a hard link to "none"/],
  ['a hard link to a folder', [{ path: 'd/', type: '5' }, hardLink('l', 'd')], /"l" is a hard link to "d"/],
  ['a negative size', [{ path: 'n.tf', sizeField: Buffer.alloc(12, 0xff) }], /"n.tf" has no valid size/],
  ['a size that is no number', [{ path: 'n.tf', sizeField: 'zzzzzzzzzzz\0' }], /"n.tf" has no valid size/],
  ['no size', [{ path: 'n.tf', sizeField: Buffer.alloc(12) }], /"n.tf" has no valid size/],
  ['a minus before the size', [{ path: 'n.tf', sizeField: '-0000000001\0' }], /no valid size/],
  [
    'a size beyond all numbers',
    [{ path: 'n.tf', sizeField: Buffer.from([0x80, ...Array<number>(11).fill(0xff)]) }],
    /damaged/,
  ],
  ['a size beyond its bytes', [{ path: 'n.tf', sizeField: '77777777777\0' }], /damaged/],
  ['a size of an unknown form', [{ path: 'n.tf', sizeField: Buffer.alloc(12, 0x90) }], /damaged/],
  [
    'a file in a file',
    [{ path: 'n/m', text: 'x' }, { path: 'n/m/x.tf' }],
    /"n\/m" is both a file and a folder/,
  ],
  ['a file far below a file', [{ path: 'n', text: 'x' }, { path: 'n/a/b/x.tf' }], /"n" is both a file and/],
  ['a file in place of a folder', [{ path: 'n/x.tf' }, { path: './n', text: 'x' }], /"n" is both a file and/],
  [
    'a folder in place of a file',
    [{ path: 'n' }, { path: 'n/', type: '5' }],
    /"n" is both a file and a folder/,
  ],
  ['a device', [{ path: 'd', type: '3' }], /CharacterDevice/],
  ['a pipe', [{ path: 'p', type: '6' }], /FIFO/],
  ['a path of a PAX header', [{ path: 'h', type: 'x', text: '16 path=../evil\n' }, { path: 'a' }], /leaves/],
  ['a sparse file of GNU tar', [{ path: 's.tf', type: 'S' }], /"s.tf" is stored as a sparse file.*--sparse/],
  [
    'a sparse file of PAX',
    [pax('GNU.sparse.name', 's.tf'), { path: 'x/s.tf' }],
    /"s.tf" is stored as a sparse/,
  ],
  ['an entry of a type that nobody knows', [{ path: 'u.tf', type: 'U' }], /"u.tf" is of the type "U"/],
  ['the second part of a file', [{ path: 'm.tf', type: 'M' }], /"m.tf" is of the type "M"/],
  [
    'a line break in a long name',
    [pax('path', `a\n${'b'.repeat(120)}`), { path: 'a' }],
    /"a\\nb+" has a line/,
  ],
  [
    'a name in Latin-1',
    [{ path: latin1('f\xfcr.tf') }],
    /"f\xfcr.tf" has a name that is not written in UTF-8/,
  ],
  [
    'a PAX name in Latin-1',
    [{ path: 'h', type: 'x', text: latin1('11 path=\xfcu\n') }, { path: 'a' }],
    /UTF-8/,
  ],
  ['a long name in Latin-1', [{ path: 'h', type: 'L', text: latin1('\xfc\0') }, { path: 'a' }], /UTF-8/],
  ['a PAX header that is none', [{ path: 'h', type: 'x', text: '99 path=x\n' }, { path: 'a' }], /damaged/],
  ['a size for all files', [{ ...pax('size', '3'), type: 'g' }, { path: 'a' }], /damaged/],
  [
    'a PAX header without end',
    [pax('comment', 'x'.repeat(2 ** 20)), { path: 'a' }],
    /more than 1048576 bytes/,
  ],
  ['a name that no disk takes', [pax('path', 'é'.repeat(128)), { path: 'a' }], /has a name of more than 255/],
  [
    'a folder in too many others',
    [pax('path', 'd/'.repeat(1_500)), { path: 'a/' }],
    /more than 1000 folders/,
  ],
  ['zeros without end', gzipSync(Buffer.alloc(32 * 1024 ** 2)), /expands more than 250 times/],
  [
    'links with very long names',
    Array.from({ length: 3_000 }, (_, index) => [
      { path: 'h', type: 'x', text: longNames(`l${index}`) },
      link('l', 'main.tf'),
    ]).flat(),
    /its links are too many, or their names too long/,
  ],
  ['no gzip', Buffer.from('plain text'), /not compressed with gzip; a gzipped tar archive .* is expected/],
  ['nothing', Buffer.alloc(0), /it is empty/],
  ['a zip', zipSync({ 'main.tf': Buffer.from('x') }), /a zip archive; a gzipped tar/],
  ['an empty zip', zipSync({}), /a zip archive without any file; a gzipped tar/],
  ['a plain tar', gunzipSync(makeTarGz([{ path: 'main.tf' }])), /not compressed; a gzipped tar/],
  ['a gzip cut short', Buffer.from('1f8b', 'hex'), /damaged/],
  ['a gzip in a gzip', gzipSync(gzipSync(Buffer.alloc(1024))), /compressed twice/],
  ['half an archive', makeTarGz([{ path: 'a', text: big }]).subarray(0, 2_000), /damaged/],
  ['text for a tar', gzipSync(Buffer.from('not a tar archive at all'.repeat(100))), /damaged/],
];

/** Archives given as entries also hold a good entry. */
export const BAD_ARCHIVES = entries.map(([what, content, message]): [string, Buffer<ArrayBuffer>, RegExp] => [
  what,
  Array.isArray(content)
    ? Buffer.from(makeTarGz([{ path: 'main.tf', text: 'x' }, ...content]))
    : Buffer.from(content),
  message,
]);
