/**
 * Just enough of the protobuf wire format to find fields in a message and to put others in their place, byte for byte.
 * See https://protobuf.dev/programming-guides/encoding/.
 */
export interface Field {
  number: number;
  /** Start of the field, its tag included. */
  start: number;
  end: number;
  /** The payload of a length-delimited field. */
  bytes?: Buffer;
  /** The value of a varint field. */
  value?: number;
}

export class MalformedMessage extends Error {
  override name = 'MalformedMessage';
}

/** The fields in their order. Errors: {@link MalformedMessage}. */
export function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;

  // Values beyond 2^53 lose low bits; tags, lengths and enumerations are far below.
  function readVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) throw new MalformedMessage('a number is cut off');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedMessage('a number is too long');
  }

  while (at < message.length) {
    const start = at;
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    const field: Field = { number, start, end: 0 };
    if (wireType === 0) field.value = readVarint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = readVarint();
      field.bytes = message.subarray(at, at + length);
      at += length;
    } else throw new MalformedMessage(`wire type ${wireType}`);
    if (number === 0 || at > message.length) throw new MalformedMessage('a field is cut off');
    field.end = at;
    fields.push(field);
  }
  return fields;
}
