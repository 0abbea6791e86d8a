import { nearest } from '../../k8s/names';
import type { Rule } from '../rule';
import { isSystem } from '../world';

export const namespaceUnknown: Rule = {
  code: 'namespace-unknown',
  why: 'Apply refuses the object, or it ends up in a namespace where nobody looks for it.',
  mend: 'Write the name of a Namespace that is declared.',
  *find(world) {
    const declared = world.ofKind('Namespace').map(({ object }) => object.metadata.name);
    if (declared.length === 0) return;
    for (const manifest of world.manifests) {
      const { namespace } = manifest.object.metadata;
      // Another namespace may well be there already; one that almost has the name of a declared one is a slip.
      if (typeof namespace !== 'string' || declared.includes(namespace) || isSystem(namespace) || namespace === 'default') continue;
      const guess = nearest(namespace, declared);
      if (guess) yield { manifest, field: ['metadata', 'namespace'], message: `No Namespace ${JSON.stringify(namespace)} is declared.`, expected: `one of ${declared.slice(0, 8).join(', ')}`, got: namespace, mend: `Write ${guess}, if that is what was meant; or declare the Namespace.` };
    }
  },
};
