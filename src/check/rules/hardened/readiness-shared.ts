import { callsOf, type ObservedCall } from '../../world/network/calls';
import { serviceMeant } from '../../world/network/hosts';
import { containersOf, isText, listOf, type Pods, type World } from '../../world/world';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

/** The host of a command-line client: `-h postgres`, `--host=postgres` or `nc -z postgres 5432`. */
const CLIENT_HOST = /(?:^|\s)(?:(?:-h|--host)[\s=]+|nc(?:\s+-\S+|\s+\d+)*\s+)([a-z0-9][a-z0-9.-]*)/g;

type ProbeCall = Pick<ObservedCall, 'field' | 'host' | 'namespace' | 'service'>;

export const readinessShared: Rule = hardenedRule(
  'readiness-shared',
  'If the other service fails, all replicas become unready together. Clients then get no answer, or that of another route.',
  'Check only the program itself. While a dependency is unavailable, answer 503 with Retry-After.',
  function* (world) {
    for (const caller of world.pods.filter(hasCommand)) {
      const hosts = new Set<string>();
      for (const { field, host, namespace, service } of [
        ...callsInUrls(world, caller),
        ...callsOfClients(world, caller),
      ]) {
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

function callsInUrls(world: World, pods: Pods): ProbeCall[] {
  return callsOf(world).filter(({ caller, field }) => caller === pods && field.includes('readinessProbe'));
}

function* callsOfClients(world: World, pods: Pods): Generator<ProbeCall> {
  for (const { container, at } of containersOf(pods)) {
    const command = listOf(container.readinessProbe?.exec?.command).filter(isText).join(' ');
    for (const [, host = ''] of command.matchAll(CLIENT_HOST)) {
      const meant = serviceMeant(host, pods.namespace, (name) => world.knowsNamespace(name));
      if (!meant) continue;
      const service = world.find('Service', meant.namespace, meant.name)?.object;
      yield { field: [...at, 'readinessProbe', 'exec', 'command'], host, ...meant, service };
    }
  }
}
