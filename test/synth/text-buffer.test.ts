import { TextBuffer } from '../../src/synth/text-buffer';

const PIECES = ['', 'a', 'name: web\n', 'é', '€uro', '😀', '\ud800', 'x'.repeat(63), 'x'.repeat(64), 'é'.repeat(65)];

test('contains what was appended, in UTF-8', () => {
  const buffer = new TextBuffer();
  let expected = '';
  // Several blocks.
  for (let i = 0; i < 30_000; i++) {
    const piece = PIECES[i % PIECES.length]!;
    buffer.append(piece);
    buffer.appendSpaces(i % 7);
    expected += piece + ' '.repeat(i % 7);
  }
  expect(Buffer.from(expected).equals(buffer.toBytes())).toBe(true);
});

test('takes a text that is larger than a block', () => {
  const buffer = new TextBuffer();
  const text = '😀'.repeat(200_000);
  buffer.append(text);
  expect(new TextDecoder().decode(buffer.toBytes())).toBe(text);
});

test('is empty at first', () => {
  expect(new TextBuffer().toBytes()).toHaveLength(0);
});
