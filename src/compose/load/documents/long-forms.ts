import { dict, entriesOf, list, scalar, textOf, type Dict, type Node } from '../node';
import type { ImportReport } from '../report';

// Compose lets people write many things in a short way. Here each gets its long form, so that files can be merged and read in one way.
// What is written out keeps the place of what it came from: the report counts what stands in the file.

/** Keys of a service that are maps, and may be lists of `KEY=value`. */
const MAPS = new Set(['environment', 'labels', 'annotations', 'sysctls']);
/** Keys of a service that are lists, and may be a single value. */
const LISTS = new Set(['env_file', 'label_file', 'dns', 'dns_search', 'tmpfs', 'profiles']);
/** Keys of `build` that are maps, and may be lists of `KEY=value`. */
const BUILD_MAPS = new Set(['args', 'labels', 'additional_contexts', 'ssh']);

/** Writes out the short forms; what a later line of the same list takes the place of is told to the report. */
export class Canonical {
  constructor(private readonly report: ImportReport) {}

  /** The top level of a file with its services in their long form. */
  file(file: Dict): Dict {
    const services = file.entries.get('services');
    if (services?.kind !== 'dict') return file;
    const entries = [...services.entries].map(([name, service]) => [name, this.#service(service)] as const);
    return dict([...file.entries, ['services', dict(entries, services)]], file);
  }

  #service(service: Node): Node {
    if (service.kind !== 'dict') return service;
    return dict(
      [...service.entries].map(([key, node]) => [key, this.#value(key, node)] as const),
      service,
    );
  }

  #value(key: string, node: Node): Node {
    if (MAPS.has(key)) return this.#map(node, /=/);
    if (LISTS.has(key)) return asList(node);
    if (key === 'extra_hosts') return this.#map(node, /[=:]/);
    if (key === 'networks') return named(node, (name) => scalar(null, name));
    if (key === 'depends_on')
      return named(node, (name) => dict([['condition', scalar('service_started', name)]], name));
    if (key === 'extends' && node.kind === 'scalar') return dict([['service', node]], node);
    if (key === 'build') return this.#build(node);
    return node;
  }

  #build(node: Node): Node {
    if (node.kind === 'scalar') return node.value === null ? node : dict([['context', node]], node);
    return dict(
      entriesOf(node).map(([key, value]) => [key, BUILD_MAPS.has(key) ? this.#map(value, /=/) : value] as const),
      node,
    );
  }

  /** `[A=1, B]` as `{ A: '1', B: null }`; of two settings of one name the last one holds. */
  #map(node: Node, separator: RegExp): Node {
    if (node.kind !== 'list') return node;
    const entries = new Map<string, Node>();
    for (const item of node.items) {
      const text = textOf(item) ?? '';
      const at = text.search(separator);
      const [name, value] = at < 0 ? [text, scalar(null, item)] : [text.slice(0, at), scalar(text.slice(at + 1), item)];
      const before = entries.get(name);
      if (before) this.report.converted(before, `${item.spot.place.file}:${item.spot.place.line} takes its place.`);
      entries.set(name, value);
    }
    return dict(entries, node);
  }
}

function asList(node: Node): Node {
  return node.kind === 'list' || (node.kind === 'scalar' && node.value === null) ? node : list([node], node);
}

function named(node: Node, value: (name: Node) => Node): Node {
  if (node.kind !== 'list') return node;
  return dict(
    node.items.map((item) => [textOf(item) ?? '', value(item)] as const),
    node,
  );
}
