import { resolve } from 'node:path';
import { nearest } from '../../../basics/nearest';
import { show } from '../../../basics/text';
import type { Place, Problem } from '../../../problems/problem';
import { dictAt, entriesOf, nodeAt, pathOf, textOf, type ComposeNode, type DictNode } from '../node';
import type { ImportReport } from '../report';
import type { Merger } from './merge';

/** The most services of a chain in which each extends the next. */
const MOST_LEVELS = 100;

/** Merges each service with the service that it extends. */
export class Extender {
  readonly #reportedCycles = new Set<string>();
  /** Each service is completed once, even if many services extend it. */
  readonly #complete = new Map<string, { readonly node: ComposeNode; readonly levels: number }>();
  /** The length of the chain of the service that was completed last. */
  #levels = 0;
  #reportedLength = false;

  constructor(
    private readonly merger: Merger,
    private readonly report: ImportReport,
    private readonly problems: Problem[],
    private readonly open: (file: string, place: Place) => DictNode | undefined,
  ) {}

  /** A file with every service complete. */
  file(root: DictNode, file: string): DictNode {
    const services = nodeAt(root, 'services');
    if (services?.kind !== 'dict') return root;
    const complete = [...services.entries].map(
      ([name, service]) => [name, this.#service(service, name, root, file, [])] as const,
    );
    return dictAt([...root.entries, ['services', dictAt(complete, services)]], root);
  }

  #service(service: ComposeNode, name: string, root: DictNode, file: string, chain: readonly string[]): ComposeNode {
    const extended = nodeAt(service, 'extends');
    if (service.kind !== 'dict' || !extended) {
      this.#levels = 0;
      return service;
    }
    const own = dictAt(
      [...service.entries].filter(([key]) => key !== 'extends'),
      service,
    );
    const here = `${resolve(file)} ${name}`;
    const known = this.#complete.get(here);
    if (known) {
      this.#levels = known.levels;
      return known.node;
    }
    this.report.converted(extended, 'The chart contains the merged service.');
    if (chain.length >= MOST_LEVELS) {
      this.#levels = MOST_LEVELS;
      this.#tooLong(name, extended);
      return own;
    }
    if (chain.includes(here)) {
      // Each service of a cycle leads here. One problem is enough.
      const members = chain.slice(chain.indexOf(here)).toSorted().join('\n');
      if (this.#reportedCycles.has(members)) return own;
      this.#reportedCycles.add(members);
      const cycle = [...chain.slice(chain.indexOf(here)), here].map((link) => link.slice(link.lastIndexOf(' ') + 1));
      this.#problem(
        'compose-cycle',
        `A service extends itself: ${cycle.join(' → ')}.`,
        extended,
        'Remove one of these extends keys.',
      );
      return own;
    }
    const base = this.#base(extended, root, file, [...chain, here]);
    const levels = base ? this.#levels + 1 : 0;
    if (levels > MOST_LEVELS) {
      this.#tooLong(name, extended);
      this.#levels = levels;
      this.#complete.set(here, { node: own, levels });
      return own;
    }
    const node = base ? this.merger.services(base, own) : own;
    this.#complete.set(here, { node, levels });
    this.#levels = levels;
    return node;
  }

  #base(extended: ComposeNode, root: DictNode, file: string, chain: readonly string[]): ComposeNode | undefined {
    const fileNode = nodeAt(extended, 'file');
    const name = textOf(nodeAt(extended, 'service')) ?? '';
    const path = pathOf(fileNode);
    const from = path === undefined ? root : this.open(path, fileNode!.position.place);
    if (!from) return undefined;
    const base = nodeAt(from, 'services', name);
    if (base) return this.#service(base, name, from, path ?? file, chain);
    const known = entriesOf(nodeAt(from, 'services')).map(([key]) => key);
    const guess = nearest(name, known);
    this.#problem(
      'compose-invalid',
      `The extended service ${show(name)} is not in ${from.position.place.file}.`,
      extended,
      guess
        ? `Write ${guess} if you mean that service.`
        : `Use one of ${known.slice(0, 6).join(', ')}${known.length > 6 ? ', …' : ''}.`,
    );
    return undefined;
  }

  #tooLong(name: string, extended: ComposeNode): void {
    // One problem is enough for a chain.
    if (this.#reportedLength) return;
    this.#reportedLength = true;
    this.#problem(
      'compose-invalid',
      `The service ${show(name)} is in a chain of more than ${MOST_LEVELS} services, in which each extends the next.`,
      extended,
      'Write its keys out.',
    );
  }

  #problem(code: 'compose-cycle' | 'compose-invalid', message: string, { position }: ComposeNode, fix: string): void {
    this.problems.push({ code, message, place: position.place, fix });
  }
}
