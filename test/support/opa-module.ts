/**
 * A policy as the compiler of Open Policy Agent would produce it, written by hand to the published interface of such
 * modules (ABI 1.2), so that tests of loading, input and results need no Rego compiler. Its only rule,
 * `terraform/deny`, reports a failure when the word "delete" occurs in the input.
 */

const I32 = 0x7f;
const VOID = 0x40;
const AT = { printed: 0xc0, builtins: 0x100, entrypoints: 0x140, passed: 0x200, failed: 0x240, heap: 0x1000 };

const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];

function signed(value: bigint): number[] {
  const byte = Number(BigInt.asUintN(7, value));
  const rest = value >> 7n;
  const isLast = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
  return isLast ? [byte] : [byte | 0x80, ...signed(rest)];
}

const vector = (items: readonly number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const bytes = (text: string): number[] => [...Buffer.from(text)];
const name = (text: string): number[] => [...unsigned(text.length), ...bytes(text)];
const section = (id: number, body: number[]): number[] => [id, ...unsigned(body.length), ...body];
const type = (params: number, results: number): number[] => [
  0x60,
  ...vector(Array.from({ length: params }, () => [I32])),
  ...vector(Array.from({ length: results }, () => [I32])),
];
const constant = (value: number): number[] => [0x41, ...signed(BigInt(value))];
const get = (local: number): number[] => [0x20, local];
const HEAP_GET = [0x23, 0];
const HEAP_SET = [0x24, 0];
const code = (body: number[], locals: number[][] = []): number[] => {
  const whole = [...vector(locals), ...body, 0x0b];
  return [...unsigned(whole.length), ...whole];
};

/** `opa_eval`: searches the input byte by byte for the eight characters `"delete"`. */
const [INPUT, LENGTH, INDEX] = [3, 4, 7];
const search = [
  ...[0x02, VOID, 0x03, VOID],
  ...[...get(INDEX), ...get(LENGTH), ...constant(8), 0x6b, 0x4a, 0x0d, 1],
  ...[...get(INPUT), ...get(INDEX), 0x6a, 0x29, 0, 0],
  ...[0x42, ...signed(Buffer.from('"delete"').readBigInt64LE()), 0x51],
  ...[0x04, VOID, ...constant(AT.failed), 0x0f, 0x0b],
  ...[...get(INDEX), ...constant(1), 0x6a, 0x21, INDEX, 0x0c, 0, 0x0b, 0x0b],
  ...constant(AT.passed),
];
const forEver = [0x03, VOID, 0x0c, 0, 0x0b, ...constant(AT.passed)];

/** @param options `endless`: it never returns; `prints`: it prints text that looks like the answer of its process */
export function opaModule({ endless = false, prints = false } = {}): Buffer {
  // The imported function comes first.
  const first = prints ? 1 : 0;
  const print = prints ? [...constant(AT.printed), 0x10, 0] : [];
  const data = (at: number, text: string): number[] => [0, ...constant(at), 0x0b, ...name(`${text}\0`)];
  const functions: [exported: string, type: number, code: number[]][] = [
    ['opa_malloc', 1, code([...HEAP_GET, ...HEAP_GET, ...get(0), 0x6a, ...HEAP_SET])],
    ['opa_json_parse', 2, code(get(0))],
    ['opa_json_dump', 1, code(get(0))],
    ['opa_heap_ptr_get', 0, code(HEAP_GET)],
    ['opa_heap_ptr_set', 3, code([...get(0), ...HEAP_SET])],
    ['builtins', 0, code(constant(AT.builtins))],
    ['entrypoints', 0, code(constant(AT.entrypoints))],
    ['opa_eval', 4, code([...print, ...(endless ? forEver : search)], [[1, I32]])],
  ];
  const global = (mutable: number, value: number): number[] => [I32, mutable, ...constant(value), 0x0b];
  return Buffer.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type(0, 1), type(1, 1), type(2, 1), type(1, 0), type(7, 1)])),
    ...section(
      2,
      vector([
        [...name('env'), ...name('memory'), 2, 0, 2],
        ...(prints ? [[...name('env'), ...name('opa_println'), 0, 3]] : []),
      ]),
    ),
    ...section(3, vector(functions.map(([, index]) => [index]))),
    ...section(6, vector([global(1, AT.heap), global(0, 1), global(0, 2)])),
    ...section(
      7,
      vector([
        ...functions.map(([exported], index) => [...name(exported), 0, first + index]),
        [...name('opa_wasm_abi_version'), 3, 1],
        [...name('opa_wasm_abi_minor_version'), 3, 2],
      ]),
    ),
    ...section(10, vector(functions.map(([, , body]) => body))),
    ...section(
      11,
      vector([
        data(AT.printed, '{"outcomes":[]}'),
        data(AT.builtins, '{}'),
        data(AT.entrypoints, '{"terraform/deny":0}'),
        data(AT.passed, '[{"result":[]}]'),
        data(AT.failed, '[{"result":["something is deleted"]}]'),
      ]),
    ),
  ]);
}
