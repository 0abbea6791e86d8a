import { styleText } from 'node:util';
import type { Io } from './command';

const COLORS = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'red'] as const;

/** One color per part, in the order in which the parts appear. */
export class PartColors {
  readonly #colors = new Map<string, (typeof COLORS)[number]>();

  constructor(private readonly io: Pick<Io, 'terminal'>) {}

  /** A text in the color of its part. Plain if the output is no terminal. */
  paint(part: string, text: string): string {
    if (!this.io.terminal) return text;
    if (!this.#colors.has(part)) this.#colors.set(part, COLORS[this.#colors.size % COLORS.length]!);
    return styleText(this.#colors.get(part)!, text, { validateStream: false });
  }
}
