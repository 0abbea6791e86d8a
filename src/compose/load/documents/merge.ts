import { own } from '../../../basics/own';
import { dictAt, leavesOf, listAt, nodeAt, textOf, type ComposeNode, type DictNode, type ListNode } from '../node';
import type { ImportReport } from '../report';
import { readVolume } from '../short-forms';

/** Lists of a service in which a later entry overrides an earlier one with the same key, and that key. */
const KEYS: Record<string, (item: ComposeNode) => string> = {
  volumes: (item) => textOf(nodeAt(item, 'target')) ?? readVolume(textOf(item) ?? '').target,
  devices: (item) => textOf(nodeAt(item, 'target')) ?? (textOf(item) ?? '').split(':')[1] ?? '',
  secrets: (item) => textOf(nodeAt(item, 'target')) ?? textOf(nodeAt(item, 'source')) ?? textOf(item) ?? '',
  configs: (item) => textOf(nodeAt(item, 'target')) ?? `/${textOf(nodeAt(item, 'source')) ?? textOf(item) ?? ''}`,
  ports: (item) =>
    item.kind === 'dict'
      ? ['host_ip', 'published', 'target', 'protocol'].map((key) => textOf(nodeAt(item, key)) ?? '').join(' ')
      : (textOf(item) ?? ''),
};
/** Keys of a service whose values are never merged: the later one counts. */
const WHOLE = new Set(['command', 'entrypoint', 'test']);

/** Merges two files or two services as Compose does: the later one overrides the earlier one. */
export class Merger {
  constructor(private readonly report: ImportReport) {}

  /** Two compose files. */
  files(earlier: DictNode, later: DictNode): DictNode {
    return this.#dicts(earlier, later, (key, a, b) => (key === 'services' ? this.#each(a, b) : this.#value(key, a, b)));
  }

  /** A service and the service that it extends. */
  services(earlier: ComposeNode, later: ComposeNode): ComposeNode {
    return this.#value('service', earlier, later);
  }

  #each(earlier: ComposeNode, later: ComposeNode): ComposeNode {
    if (earlier.kind !== 'dict' || later.kind !== 'dict') return this.#replace(earlier, later);
    return this.#dicts(earlier, later, (_, a, b) => this.services(a, b));
  }

  #value(key: string, earlier: ComposeNode, later: ComposeNode): ComposeNode {
    if (later.tag === '!override' || WHOLE.has(key) || earlier.kind !== later.kind) {
      // An empty key overrides nothing.
      if (later.kind === 'scalar' && later.value === null && earlier.kind !== 'scalar') {
        this.report.converted(later);
        return earlier;
      }
      return this.#replace(earlier, later);
    }
    if (earlier.kind === 'dict' && later.kind === 'dict') {
      const [driver, other] = [textOf(nodeAt(earlier, 'driver')), textOf(nodeAt(later, 'driver'))];
      // The options belong to one logging driver.
      if (key === 'logging' && driver && other && driver !== other) return this.#replace(earlier, later);
      return this.#dicts(earlier, later, (name, a, b) => this.#value(name, a, b));
    }
    if (earlier.kind === 'list' && later.kind === 'list') return this.#lists(key, earlier, later);
    return this.#replace(earlier, later);
  }

  #dicts(
    earlier: DictNode,
    later: DictNode,
    both: (key: string, a: ComposeNode, b: ComposeNode) => ComposeNode,
  ): DictNode {
    const entries = new Map(earlier.entries);
    if (later.entries.size === 0) this.report.converted(later);
    if (earlier.entries.size === 0) this.report.converted(earlier);
    for (const [key, node] of later.entries) {
      const before = entries.get(key);
      if (node.tag === '!reset') {
        if (before) this.#lost(before, node);
        this.report.converted(node, 'It removes the key.');
        entries.delete(key);
      } else entries.set(key, before ? both(key, before, node) : node);
    }
    return dictAt(entries, later.entries.size > 0 ? later : earlier);
  }

  #lists(key: string, earlier: ListNode, later: ListNode): ListNode {
    const keyOf =
      own(KEYS, key) ??
      ((item: ComposeNode) => textOf(item) ?? JSON.stringify([...leavesOf(item)].map((leaf) => textOf(leaf))));
    const items = new Map<string, ComposeNode>();
    for (const [i, item] of [...earlier.items, ...later.items].entries()) {
      const name = keyOf(item) || `#${i}`;
      const before = items.get(name);
      if (before) this.#lost(before, item);
      items.set(name, item);
    }
    for (const empty of [earlier, later]) if (empty.items.length === 0) this.report.converted(empty);
    return listAt([...items.values()], later.items.length > 0 ? later : earlier);
  }

  #replace(earlier: ComposeNode, later: ComposeNode): ComposeNode {
    this.#lost(earlier, later);
    return later;
  }

  #lost(node: ComposeNode, to: ComposeNode): void {
    if (node.position !== to.position) this.report.replaced(node, to);
  }
}
