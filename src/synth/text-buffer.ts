/** Copying a longer text character by character is slower than a call of the encoder. */
const SHORT = 64;
const SPACE = 0x20;
const BLOCK = 1 << 18;

/**
 * A text in UTF-8 that grows. Manifests consist of many short pieces of ASCII. Copying these is faster than joining strings
 * and encoding the result.
 */
export class TextBuffer {
  /** The blocks that are full. */
  readonly #full: Uint8Array[] = [];
  #block = Buffer.allocUnsafe(BLOCK);
  #length = 0;

  append(text: string): void {
    const { length } = text;
    this.#makeRoom(3 * length);
    if (length > SHORT) {
      this.#length += this.#block.write(text, this.#length);
      return;
    }
    const block = this.#block;
    let at = this.#length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        this.#length += block.write(text, this.#length);
        return;
      }
      block[at++] = code;
    }
    this.#length = at;
  }

  appendSpaces(count: number): void {
    this.#makeRoom(count);
    for (let end = this.#length + count; this.#length < end; this.#length++) this.#block[this.#length] = SPACE;
  }

  /** Everything that was appended. */
  toBytes(): Uint8Array {
    return Buffer.concat([...this.#full, this.#block.subarray(0, this.#length)]);
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#block.length) return;
    this.#full.push(this.#block.subarray(0, this.#length));
    this.#block = Buffer.allocUnsafe(Math.max(BLOCK, count));
    this.#length = 0;
  }
}
