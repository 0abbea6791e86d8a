import type { Io } from '../command';
import type { Verdict } from '../../local/check';
import { PartColors } from '../part-colors';
import { verdictText } from './check-verdict';

/** What `start` and `dev` print: lines for people, or one JSON object per line. */
export class StartOutput {
  readonly #colors: PartColors;

  constructor(
    private readonly io: Io,
    private readonly json: boolean,
  ) {
    this.#colors = new PartColors(io);
  }

  /** A line of a program. */
  log(from: string, line: string): void {
    if (this.json) this.#print({ from, line });
    else this.io.out(`${this.#colors.paint(from.replace(/-\d+$/, ''), from)} | ${line}\n`);
  }

  /** Something that happened. */
  say(event: string): void {
    if (this.json) this.#print({ event });
    else this.io.out(`${event}\n`);
  }

  ready(addresses: readonly string[], seconds: number, notStarted: readonly string[]): void {
    const without = notStarted.length > 0 ? `, without ${notStarted.join(', ')}` : '';
    if (this.json) this.#print({ event: 'Ready', addresses, seconds });
    else this.io.out(`Ready after ${seconds} s${without}: ${addresses.join(', ') || 'no gateway'}\n`);
  }

  /** The result of a check. */
  verdict(verdict: Verdict): void {
    if (this.json) this.#print({ event: 'Verdict', ...verdict });
    else this.say(verdictText(verdict));
  }

  #print(entry: object): void {
    this.io.out(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  }
}
