import { resolve } from 'node:path';
import { nearest } from '../../../basics/nearest';
import { show } from '../../../basics/text';
import type { Place, Problem } from '../../../problems/problem';
import { dictAt, entriesOf, nodeAt, pathOf, textOf, type ComposeNode, type DictNode } from '../node';
import type { ImportReport } from '../report';
import type { Merger } from './merge';

/** Merges each service with the service that it extends. */
export class Extender {
  readonly #reportedCycles = new Set<string>();

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
    if (service.kind !== 'dict' || !extended) return service;
    const own = dictAt(
      [...service.entries].filter(([key]) => key !== 'extends'),
      service,
    );
    this.report.converted(extended, 'The chart contains the merged service.');
    const here = `${resolve(file)} ${name}`;
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
    return base ? this.merger.services(base, own) : own;
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
      guess ? `Write ${guess} if you mean that service.` : `Use one of ${known.join(', ')}.`,
    );
    return undefined;
  }

  #problem(code: 'compose-cycle' | 'compose-invalid', message: string, { position }: ComposeNode, fix: string): void {
    this.problems.push({ code, message, place: position.place, fix });
  }
}
