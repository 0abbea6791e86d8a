import { callsOf, type ObservedCall } from '../../world/network/calls';
import { containersOf, type Pods, type World } from '../../world/world';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const readinessShared: Rule = hardenedRule(
  'readiness-shared',
  'If the other service fails, all replicas become unready together. Clients then get no answer, or that of another route.',
  'Check only the program itself. While a dependency is unavailable, answer 503 with Retry-After.',
  function* (world) {
    for (const caller of world.pods.filter(hasCommand)) {
      const hosts = new Set<string>();
      for (const { field, host, namespace, service } of callsInProbes(world, caller)) {
        if (!service || hosts.has(host)) continue;
        hosts.add(host);
        const { selector } = service.spec ?? {};
        if (selector && world.select(namespace, { matchLabels: selector }).includes(caller)) continue;
        yield {
          manifest: caller.manifest,
          field,
          message: `The readinessProbe calls the Service ${service.metadata?.name}.`,
          expected: 'a probe of the program itself',
          got: host,
          fix: 'Check only the program itself. While the other service is unavailable, answer 503 with Retry-After.',
        };
      }
    }
  },
);

function hasCommand(pods: Pods): boolean {
  return containersOf(pods).some(({ container }) => container.readinessProbe?.exec);
}

function callsInProbes(world: World, pods: Pods): ObservedCall[] {
  return callsOf(world).filter(({ callers, field }) => callers.includes(pods) && field.includes('readinessProbe'));
}
