import { entriesOf, itemsOf, nodeAt, textOf } from '../load/node';
import type { ComposeService } from '../load/service';

/** Which services depend on which: by `depends_on` and `links`. */
export class Dependencies {
  /** The services that must complete before others start. */
  readonly awaited: ReadonlySet<string>;
  readonly #dependents = new Map<string, Set<ComposeService>>();

  constructor(services: readonly ComposeService[]) {
    const awaited = new Set<string>();
    for (const service of services) {
      const conditions = entriesOf(nodeAt(service.node, 'depends_on'));
      const links = itemsOf(nodeAt(service.node, 'links')).map((link) => (textOf(link) ?? '').split(':')[0]!);
      for (const name of [...conditions.map(([other]) => other), ...links]) {
        const dependents = this.#dependents.get(name) ?? new Set();
        this.#dependents.set(name, dependents.add(service));
      }
      for (const [name, how] of conditions)
        if (textOf(nodeAt(how, 'condition')) === 'service_completed_successfully') awaited.add(name);
    }
    this.awaited = awaited;
  }

  /** The services that depend on this one. */
  of(name: string): ReadonlySet<ComposeService> {
    return this.#dependents.get(name) ?? new Set();
  }
}
