import { isAbsolute, join, resolve } from 'node:path';
import { nearest } from '../../../basics/nearest';
import type { Place, Problem } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { Merger } from './merge';
import { dict, entriesOf, get, textOf, type Dict, type Node } from '../node';
import type { ImportReport } from '../report';

/** Puts together what a service extends and what it says itself. */
export class Extender {
  readonly #told = new Set<string>();

  constructor(
    private readonly merger: Merger,
    private readonly report: ImportReport,
    private readonly problems: Problem[],
    private readonly open: (file: string, place: Place) => Dict | undefined,
  ) {}

  /** A file with every service complete. */
  file(root: Dict, file: string): Dict {
    const services = get(root, 'services');
    if (services?.kind !== 'dict') return root;
    const complete = [...services.entries].map(
      ([name, service]) => [name, this.#service(service, name, root, file, [])] as const,
    );
    return dict([...root.entries, ['services', dict(complete, services)]], root);
  }

  #service(service: Node, name: string, root: Dict, file: string, chain: readonly string[]): Node {
    const extended = get(service, 'extends');
    if (service.kind !== 'dict' || !extended) return service;
    const own = dict(
      [...service.entries].filter(([key]) => key !== 'extends'),
      service,
    );
    this.report.converted(extended, 'What it extends stands written out in the chart.');
    const here = `${resolve(file)} ${name}`;
    if (chain.includes(here)) {
      // Each service of the circle comes to it on its own way: it is told once.
      const members = chain.slice(chain.indexOf(here)).toSorted().join('\n');
      if (this.#told.has(members)) return own;
      this.#told.add(members);
      const circle = [...chain.slice(chain.indexOf(here)), here].map((link) => link.slice(link.lastIndexOf(' ') + 1));
      this.#problem(
        'compose-cycle',
        `A service extends itself: ${circle.join(' → ')}.`,
        extended,
        'Take one of these lines out.',
      );
      return own;
    }
    const base = this.#base(extended, root, file, [...chain, here]);
    return base ? this.merger.services(base, own) : own;
  }

  #base(extended: Node, root: Dict, file: string, chain: readonly string[]): Node | undefined {
    const named = textOf(get(extended, 'file'));
    const name = textOf(get(extended, 'service')) ?? '';
    const path = named === undefined ? file : isAbsolute(named) ? named : join(extended.spot.base, named);
    const from = named === undefined ? root : this.open(path, get(extended, 'file')!.spot.place);
    if (!from) return undefined;
    const base = get(from, 'services', name);
    if (base) return this.#service(base, name, from, path, chain);
    const known = entriesOf(get(from, 'services')).map(([key]) => key);
    const guess = nearest(name, known);
    this.#problem(
      'compose-invalid',
      `It extends ${show(name)}, which is no service of ${from.spot.place.file}.`,
      extended,
      guess ? `Write ${guess}, if that is what was meant.` : `Name one of ${known.join(', ')}.`,
    );
    return undefined;
  }

  #problem(code: 'compose-cycle' | 'compose-invalid', message: string, { spot }: Node, fix: string): void {
    this.problems.push({ code, message, place: spot.place, fix });
  }
}
