import { nearest } from '../../basics/nearest';
import { typoOf } from '../../basics/typo';
import { once } from './once';
import { isText, namespaceOf, type World } from './world';

/** Words that say nothing about what a namespace is for: `monitoring` and `monitoring-system` are mixed up. */
const GENERAL = /^(system|operator|stack|namespace|ns)$/;

/** The names of the declared Namespaces. */
export const declaredNamespaces = once((world) => world.ofKind('Namespace').map(({ object }) => object.metadata.name));

/** The namespace that was probably meant instead of an unknown one: it has the object, and a similar name. */
export function namespaceMeant(
  world: World,
  { kind, name, namespace }: { readonly kind: string; readonly name: string; readonly namespace: string },
): string | undefined {
  if (!isText(namespace)) return undefined;
  // The rule namespace-unknown reports a name that is similar to a declared one.
  if (world.knowsNamespace(namespace) || nearest(namespace, declaredNamespaces(world))) return undefined;
  const homes = world
    .ofKind(kind)
    .filter(({ object }) => object.metadata.name === name)
    .map(({ object }) => namespaceOf(object))
    .filter(isText);
  return (
    typoOf(namespace, homes) ?? homes.find((home) => hasGeneralWord(home, namespace) || hasGeneralWord(namespace, home))
  );
}

function hasGeneralWord(longer: string, shorter: string): boolean {
  return longer.startsWith(`${shorter}-`) && GENERAL.test(longer.slice(shorter.length + 1));
}
