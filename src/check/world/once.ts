import type { World } from './world';

/** Computes a value at the first use and caches it for each world. */
export function once<T>(work: (world: World) => T): (world: World) => T {
  const known = new WeakMap<World, { readonly value: T }>();
  return (world) => {
    let entry = known.get(world);
    if (!entry) known.set(world, (entry = { value: work(world) }));
    return entry.value;
  };
}
