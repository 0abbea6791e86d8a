import { dictAt, entriesOf, listAt, scalarAt, textOf, type ComposeNode, type DictNode } from '../node';
import type { ImportReport } from '../report';

/** Keys of a service that are maps or lists of `KEY=value`. */
const MAPS = new Set(['environment', 'labels', 'annotations', 'sysctls']);
/** Keys of a service that are lists or single values. */
const LISTS = new Set(['env_file', 'label_file', 'dns', 'dns_search', 'tmpfs', 'profiles']);
/** Keys of `build` that are maps or lists of `KEY=value`. */
const BUILD_MAPS = new Set(['args', 'labels', 'additional_contexts', 'ssh']);

/** Writes out the short forms of Compose, so that later steps handle one form. The new nodes keep their positions. */
export class LongForms {
  constructor(private readonly report: ImportReport) {}

  /** A file with all services in their long form. */
  file(file: DictNode): DictNode {
    const services = file.entries.get('services');
    if (services?.kind !== 'dict') return file;
    const entries = [...services.entries].map(([name, service]) => [name, this.#service(service)] as const);
    return dictAt([...file.entries, ['services', dictAt(entries, services)]], file);
  }

  #service(service: ComposeNode): ComposeNode {
    if (service.kind !== 'dict') return service;
    return dictAt(
      [...service.entries].map(([key, node]) => [key, this.#value(key, node)] as const),
      service,
    );
  }

  #value(key: string, node: ComposeNode): ComposeNode {
    if (MAPS.has(key)) return this.#map(node, /=/);
    if (LISTS.has(key)) return asList(node);
    if (key === 'extra_hosts') return this.#map(node, /[=:]/);
    if (key === 'networks') return asMap(node, (name) => scalarAt(null, name));
    if (key === 'depends_on')
      return asMap(node, (name) => dictAt([['condition', scalarAt('service_started', name)]], name));
    if (key === 'extends' && node.kind === 'scalar') return dictAt([['service', node]], node);
    if (key === 'build') return this.#build(node);
    return node;
  }

  #build(node: ComposeNode): ComposeNode {
    if (node.kind === 'scalar') return node.value === null ? node : dictAt([['context', node]], node);
    return dictAt(
      entriesOf(node).map(([key, value]) => [key, BUILD_MAPS.has(key) ? this.#map(value, /=/) : value] as const),
      node,
    );
  }

  /** `[A=1, B]` becomes `{ A: '1', B: null }`. If a name occurs twice, the last entry counts. */
  #map(node: ComposeNode, separator: RegExp): ComposeNode {
    if (node.kind !== 'list') return node;
    const entries = new Map<string, ComposeNode>();
    for (const item of node.items) {
      const text = textOf(item) ?? '';
      const at = text.search(separator);
      const [name, value] =
        at < 0 ? [text, scalarAt(null, item)] : [text.slice(0, at), scalarAt(text.slice(at + 1), item)];
      const before = entries.get(name);
      if (before) this.report.replaced(before, item);
      entries.set(name, value);
    }
    return dictAt(entries, node);
  }
}

function asList(node: ComposeNode): ComposeNode {
  return node.kind === 'list' || (node.kind === 'scalar' && node.value === null) ? node : listAt([node], node);
}

/** A list of names becomes a map from each name to a value. */
function asMap(node: ComposeNode, valueOf: (name: ComposeNode) => ComposeNode): ComposeNode {
  if (node.kind !== 'list') return node;
  return dictAt(
    node.items.map((item) => [textOf(item) ?? '', valueOf(item)] as const),
    node,
  );
}
