/** Terraform's values as MessagePack: unknown values are an extension, and all others are plain. */
import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';
import type { Message } from './messages.ts';

/** A value that is known only after the apply. `type` and `data` keep what terraform already says about it. */
export class Unknown {
  readonly type: number;
  readonly data: Uint8Array;

  constructor(type = 0, data = new Uint8Array([0])) {
    this.type = type;
    this.data = data;
  }
}

export type Value =
  null | boolean | number | bigint | string | Uint8Array | Unknown | Value[] | { [name: string]: Value };
export type ObjectValue = Record<string, Value>;

/** 12 is an unknown value with a refinement, for example that it is not null. */
const EXTENSIONS = [0, 12];

const codec = new ExtensionCodec();
for (const type of EXTENSIONS) {
  codec.register({
    type,
    encode: (value) => (value instanceof Unknown && value.type === type ? value.data : null),
    decode: (data) => new Unknown(type, data.slice()),
  });
}
const options = { extensionCodec: codec, useBigInt64: true } as const;

/** Reads an object from terraform; null if there is none. Numbers that are not 64-bit floats stay strings. */
export function readValue(message: unknown): Value {
  const { msgpack, json } = (message ?? {}) as { msgpack?: Uint8Array; json?: Uint8Array };
  if (msgpack?.length) return decode(msgpack, options) as Value;
  if (json?.length) return JSON.parse(Buffer.from(json).toString('utf8')) as Value;
  return null;
}

export function readObject(message: unknown): ObjectValue | null {
  const value = readValue(message);
  return value instanceof Unknown ? null : (value as ObjectValue | null);
}

export function writeValue(value: Value): Message {
  return { msgpack: Buffer.from(encode(value, options)) };
}
