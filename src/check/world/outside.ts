import type { KubeObject } from '../../k8s/objects';
import { matches, type Selector } from '../../k8s/selector';
import { literalPattern } from '../../basics/text';
import { listOf } from './values';
import { templateOf } from './pod-template';

/**
 * Objects in folders that are not checked, because a tool changes their files first. Only their names and labels count:
 * their fields and namespaces may differ in the cluster.
 */
export class Outside {
  readonly #read: () => readonly KubeObject[];
  #objects: readonly KubeObject[] | undefined;
  #names: ReadonlyMap<string, readonly KubeObject[]> | undefined;
  #patterns: readonly { readonly kind: string; readonly name: RegExp }[] = [];
  #pods: readonly KubeObject[] = [];

  /** The objects are read at the first question. Most checks ask none. */
  constructor(read: () => readonly KubeObject[]) {
    this.#read = read;
  }

  /** All objects. */
  get objects(): readonly KubeObject[] {
    return (this.#objects ??= this.#read());
  }

  /** Whether an object of that kind and name is declared. */
  has(kind: string, name: string): boolean {
    return (
      this.#index().has(`${kind}/${name}`) ||
      this.#patterns.some((pattern) => pattern.kind === kind && pattern.name.test(name))
    );
  }

  /** Whether pods with these labels are declared. */
  hasPods(selector: Selector): boolean {
    this.#index();
    return this.#pods.some((object) => matches(selector, templateOf(object)?.labels ?? {}));
  }

  /** The names of the ports that the containers of an object of that kind and name declare. */
  portsOf({ kind, metadata }: KubeObject): readonly string[] {
    return (this.#index().get(`${kind}/${metadata.name}`) ?? []).flatMap((object) =>
      listOf(templateOf(object)?.spec.containers).flatMap(({ ports }) => listOf(ports).map(({ name }) => name ?? '')),
    );
  }

  #index(): ReadonlyMap<string, readonly KubeObject[]> {
    if (this.#names) return this.#names;
    const { objects } = this;
    const names = new Map<string, KubeObject[]>();
    for (const object of objects) {
      const id = `${object.kind}/${object.metadata.name}`;
      names.set(id, [...(names.get(id) ?? []), object]);
    }
    this.#pods = objects.filter(templateOf);
    // A template of a name, such as `*-redis`.
    this.#patterns = objects
      .filter(({ metadata }) => metadata.name.includes('*'))
      .map(({ kind, metadata }) => ({
        kind,
        name: new RegExp(`^${metadata.name.split('*').map(literalPattern).join('.+')}$`),
      }));
    return (this.#names = names);
  }
}
