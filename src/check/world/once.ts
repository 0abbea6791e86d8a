import type { World } from './world';

/** Something about the manifests that several rules ask for: worked out when it is first asked, and then known. */
export function once<T>(work: (world: World) => T): (world: World) => T {
  const known = new WeakMap<World, { readonly value: T }>();
  return (world) => {
    let entry = known.get(world);
    if (!entry) known.set(world, (entry = { value: work(world) }));
    return entry.value;
  };
}
