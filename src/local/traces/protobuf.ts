/** A field of a message: a number for fixed and variable lengths, bytes for texts and messages. */
type Field = readonly [number: number, value: bigint | Uint8Array];

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** The fields of a message in the encoding of protocol buffers. Throws a RangeError if it is cut off or wrong. */
export function* protobufFields(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      if (shift >= 63n) throw new RangeError('A number is too long.');
    }
  };
  while (at < message.byteLength) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (type === VARINT) yield [number, varint()];
    else if (type === FIXED64) {
      yield [number, view.getBigUint64(at, true)];
      at += 8;
    } else if (type === FIXED32) {
      yield [number, BigInt(view.getUint32(at, true))];
      at += 4;
    } else if (type === BYTES) {
      const length = Number(varint());
      if (at + length > message.byteLength) throw new RangeError('A field is cut off.');
      yield [number, message.subarray(at, at + length)];
      at += length;
    } else throw new RangeError(`The type ${type} of a field is not known.`);
  }
}
