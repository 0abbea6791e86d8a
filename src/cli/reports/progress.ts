import { cut } from '../../basics/text';
import type { Waited } from '../../cluster/wait/wait';
import type { Io } from '../command';
import { printProblems } from '../output';

/** What is not ready yet: redrawn on a terminal, and one line per change elsewhere. */
export class Progress {
  #shown = new Map<string, string>();
  #height = 0;

  constructor(private readonly io: Pick<Io, 'out' | 'terminal'>) {}

  /** The texts by object. An empty text is ready. */
  show(texts: ReadonlyMap<string, string>): void {
    const changed = [...texts].filter(([object, text]) => this.#shown.get(object) !== text);
    // Objects that were ready at the first look are no news.
    const news = changed.filter(([object, text]) => text !== '' || this.#shown.has(object));
    this.#shown = new Map(texts);
    if (!this.io.terminal) {
      for (const [object, text] of news) this.io.out(`${object}: ${text || 'ready'}\n`);
      return;
    }
    const lines = [
      ...news.filter(([, text]) => text === '').map(([object]) => `✓ ${object}\n`),
      ...[...texts].filter(([, text]) => text !== '').map(([object, text]) => `${cut(`… ${object}: ${text}`, 110)}\n`),
    ];
    const back = this.#height > 0 ? `\u001B[${this.#height}A\u001B[J` : '';
    this.#height = [...texts.values()].filter(Boolean).length;
    this.io.out(back + lines.join(''));
  }
}

/** The end of waiting: what is not ready and why, or that everything is ready. */
export function printWaited({ blocked, silent, problems }: Waited, io: Io): void {
  const failed = new Set(problems.map(({ object }) => object));
  for (const { object, needs } of blocked) {
    if (!failed.has(object))
      io.out(`not ready: ${object}${needs.length > 0 ? `, which waits for ${needs.join(', ')}` : ''}\n`);
  }
  if (silent.length > 0) io.out(`no status to wait for: ${silent.join(', ')}\n`);
  if (problems.length > 0) printProblems(problems, io);
  else if (blocked.length === 0) io.out('everything is ready\n');
}
