/** A terminal for tests: it shows what the escape sequences of the command line make of its screen. */
export class Screen {
  /** What was written, one entry for each write. */
  readonly writes: string[] = [];
  #history: string[] = [];
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(
    public columns: number,
    public rows: number,
  ) {}

  readonly size = () => ({ columns: this.columns, rows: this.rows });

  readonly out = (text: string): void => {
    this.writes.push(text);
    // oxlint-disable-next-line no-control-regex -- These are control characters.
    for (const [token, , number, command] of text.matchAll(/\u001B\[(\??)(\d*)([a-zA-Z])|[^]/g)) {
      if (command !== undefined) this.#command(Number(number || 0), command);
      else if (token === '\n') this.#newLine();
      else this.#put(token);
    }
  };

  /** The lines of the screen. The cursor is in the last one. */
  get text(): string[] {
    return this.#lines.map((line) => line.trimEnd());
  }

  /** The lines that scrolled out of the screen, and the screen. */
  get all(): string[] {
    return [...this.#history, ...this.text];
  }

  /** Wraps the lines again, as terminals do. */
  resize(columns: number): void {
    const wrapped = this.#lines.map((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
    this.#row = wrapped.slice(0, this.#row).flat().length;
    this.#lines = wrapped.flat();
    this.columns = columns;
    this.#scroll();
  }

  #put(token: string): void {
    if (this.#column === this.columns) this.#newLine();
    const line = this.#lines[this.#row]!.padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + token + line.slice(this.#column + 1);
    this.#column++;
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push('');
    this.#scroll();
  }

  #scroll(): void {
    const over = Math.max(0, this.#lines.length - this.rows);
    this.#history.push(...this.#lines.splice(0, over).map((line) => line.trimEnd()));
    this.#row -= over;
  }

  #command(number: number, command: string): void {
    const line = this.#lines[this.#row]!;
    if (command === 'A') this.#row = Math.max(0, this.#row - number);
    // A cursor after the last column is on the last character.
    else if (command === 'K' && number === 0)
      this.#lines[this.#row] = line.slice(0, Math.min(this.#column, this.columns - 1));
    else if (command === 'K') this.#lines[this.#row] = '';
    else if (!'mhl'.includes(command)) throw new Error(`The screen does not know the command ${command}`);
  }
}
