import { stripVTControlCharacters } from 'node:util';
import type { Io, TerminalSize } from './command';

const FRAME_MS = 250;
/** A terminal that knows these shows a frame at once. Others ignore them. */
const [BEGIN, END] = ['\u001B[?2026h', '\u001B[?2026l'];
const RESET = '\u001B[0m';
const CLEAR_REST = '\u001B[K';
const UP = '\u001B[1A';
/** To clear the screen below the cursor at once would move it to the history of some terminals. */
const ERASE_UP = '\u001B[1A\u001B[2K';
/** What programs print to move the cursor or to clear lines. Colors are no part of it. */
// oxlint-disable-next-line no-control-regex -- These are control characters.
const MOVES = /\u001B(?:\[[\d;?]*[ -/]*[@-ln-~]|[78DEHMc])|[\u0007\b\v\f\r]/g;

/**
 * A few lines at the bottom of a terminal. They are drawn again four times a second if they changed, and the output of
 * the command scrolls above them. The cursor stays visible below them, so nothing needs to be restored at the end.
 */
export class LiveLines {
  /** The output above the lines. */
  readonly io: Io;
  /** What was printed since the last frame. */
  #above = '';
  #shown: readonly string[] = [];
  #columns = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly outer: Io) {
    const print = (write: (text: string) => void) => (text: string) => {
      if (this.#timer) this.#above += text;
      else write(text);
    };
    this.io = { ...outer, out: print(outer.out), error: print(outer.error) };
  }

  /** Shows lines that fit the size of the terminal. Nothing happens if the output is no terminal. */
  show(lines: (size: TerminalSize) => readonly string[]): void {
    const { size } = this.outer;
    if (!size) return;
    this.#timer = setInterval(() => this.#draw(lines(size()), size()), FRAME_MS);
    this.#timer.unref();
  }

  /** Removes the lines. What was printed stays. */
  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw([], this.outer.size!());
  }

  /** One write for each frame, so that the lines do not flicker. */
  #draw(lines: readonly string[], { columns }: TerminalSize): void {
    const isSame = columns === this.#columns && lines.join('\n') === this.#shown.join('\n');
    if (isSame && this.#above === '') return;
    const height = this.#height(columns);
    const above = this.#above.replaceAll(MOVES, '');
    // If nothing else comes here, the new lines replace the old ones without an empty moment.
    const overwrites = above === '' && columns === this.#columns && lines.length >= height;
    const text = [
      (overwrites ? UP : ERASE_UP).repeat(height),
      above && `${above}${above.includes('\u001B') ? RESET : ''}`,
      // To clear the rest of a full line would clear its last character.
      ...lines.map((line) => `${line}${widthOf(line) < columns ? CLEAR_REST : ''}\n`),
    ].join('');
    this.#above = '';
    this.#shown = lines;
    this.#columns = columns;
    this.outer.out(`${BEGIN}${text}${END}`);
  }

  /** How many lines of the terminal the shown ones take. A narrower terminal has wrapped them. */
  #height(columns: number): number {
    return this.#shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  }
}

function widthOf(line: string): number {
  return stripVTControlCharacters(line).length;
}
