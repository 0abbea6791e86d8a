import { own } from '../../../basics/own';
import { dict, get, leavesOf, list, textOf, type Dict, type List, type Node } from '../node';
import { targetOfVolume } from '../short-forms';
import type { ImportReport } from '../report';

/** Lists of a service in which a later entry takes the place of an earlier one, and what tells one entry from another. */
const KEYS: Record<string, (item: Node) => string> = {
  volumes: (item) => textOf(get(item, 'target')) ?? targetOfVolume(textOf(item) ?? ''),
  devices: (item) => textOf(get(item, 'target')) ?? (textOf(item) ?? '').split(':')[1] ?? '',
  secrets: (item) => textOf(get(item, 'target')) ?? textOf(get(item, 'source')) ?? textOf(item) ?? '',
  configs: (item) => textOf(get(item, 'target')) ?? `/${textOf(get(item, 'source')) ?? textOf(item) ?? ''}`,
  ports: (item) =>
    item.kind === 'dict'
      ? ['host_ip', 'published', 'target', 'protocol'].map((key) => textOf(get(item, key)) ?? '').join(' ')
      : (textOf(item) ?? ''),
};
/** Values of a service of which the later one holds as a whole. */
const WHOLE = new Set(['command', 'entrypoint', 'test']);

/** Merges two files, or two services, as compose does: the later one is stronger. What loses is told to the report. */
export class Merger {
  constructor(private readonly report: ImportReport) {}

  /** Two compose files. */
  files(earlier: Dict, later: Dict): Dict {
    return this.#dicts(earlier, later, (key, a, b) => (key === 'services' ? this.#each(a, b) : this.#value(key, a, b)));
  }

  /** Two services: what one extends, and itself. */
  services(earlier: Node, later: Node): Node {
    return this.#value('service', earlier, later);
  }

  #each(earlier: Node, later: Node): Node {
    if (earlier.kind !== 'dict' || later.kind !== 'dict') return this.#replace(earlier, later);
    return this.#dicts(earlier, later, (_, a, b) => this.services(a, b));
  }

  #value(key: string, earlier: Node, later: Node): Node {
    if (later.tag === '!override' || WHOLE.has(key) || earlier.kind !== later.kind) {
      // A key that says nothing takes nothing away.
      if (later.kind === 'scalar' && later.value === null && earlier.kind !== 'scalar') {
        this.report.converted(later);
        return earlier;
      }
      return this.#replace(earlier, later);
    }
    if (earlier.kind === 'dict' && later.kind === 'dict') {
      const [driver, other] = [textOf(get(earlier, 'driver')), textOf(get(later, 'driver'))];
      // Options of one logging driver mean nothing to another.
      if (key === 'logging' && driver && other && driver !== other) return this.#replace(earlier, later);
      return this.#dicts(earlier, later, (name, a, b) => this.#value(name, a, b));
    }
    if (earlier.kind === 'list' && later.kind === 'list') return this.#lists(key, earlier, later);
    return this.#replace(earlier, later);
  }

  #dicts(earlier: Dict, later: Dict, both: (key: string, a: Node, b: Node) => Node): Dict {
    const entries = new Map(earlier.entries);
    if (later.entries.size === 0) this.report.converted(later);
    if (earlier.entries.size === 0) this.report.converted(earlier);
    for (const [key, node] of later.entries) {
      const before = entries.get(key);
      if (node.tag === '!reset') {
        if (before) this.#lost(before, node);
        this.report.converted(node, 'It takes the key out.');
        entries.delete(key);
      } else entries.set(key, before ? both(key, before, node) : node);
    }
    return dict(entries, later.entries.size > 0 ? later : earlier);
  }

  #lists(key: string, earlier: List, later: List): List {
    const keyOf =
      own(KEYS, key) ??
      ((item: Node) => textOf(item) ?? JSON.stringify([...leavesOf(item)].map((leaf) => textOf(leaf))));
    const items = new Map<string, Node>();
    for (const [i, item] of [...earlier.items, ...later.items].entries()) {
      const name = keyOf(item) || `#${i}`;
      const before = items.get(name);
      if (before) this.#lost(before, item);
      items.set(name, item);
    }
    for (const empty of [earlier, later]) if (empty.items.length === 0) this.report.converted(empty);
    return list([...items.values()], later.items.length > 0 ? later : earlier);
  }

  #replace(earlier: Node, later: Node): Node {
    this.#lost(earlier, later);
    return later;
  }

  #lost(node: Node, to: Node): void {
    const { file, line } = to.spot.place;
    if (node.spot !== to.spot) this.report.converted(node, `${file}:${line} takes its place.`);
  }
}
