import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const namespaceDefault: Rule = hardenedRule(
  'namespace-default',
  'Permissions, quotas and policies apply to a namespace, and many applications share the default one.',
  'Use a separate namespace for the application.',
  (world) =>
    // Without a namespace in the manifest, the apply command decides.
    world.pods
      .filter(({ manifest }) => manifest.object.metadata.namespace === 'default')
      .map(({ manifest }) => ({
        manifest,
        field: ['metadata', 'namespace'],
        message: 'The application runs in the default namespace.',
        expected: 'a separate namespace',
        got: 'default',
        fix: "Set metadata.namespace to a separate one. In a chart: super(scope, id, { namespace: 'shop' }).",
      })),
);
