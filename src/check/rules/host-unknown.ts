import { hostsIn, isName, serviceMeant } from '../hosts';
import { meant, type Rule } from '../rule';
import { containersOf, list, type ContainerAt } from '../world';
import type { FieldPath } from '../../k8s/manifest';

export const hostUnknown: Rule = {
  code: 'host-unknown',
  why: 'The name does not resolve: every call fails, though each part runs.',
  mend: 'Write the name of a Service, with its namespace where it is in another one.',
  *find(world) {
    for (const pods of world.pods) {
      const aliases = new Set(list(pods.spec.hostAliases).flatMap(({ hostnames }) => list(hostnames)));
      for (const { host, field } of containersOf(pods).flatMap(hostsOf)) {
        const service = serviceMeant(host, pods.namespace, (name) => world.knowsNamespace(name));
        if (!service || aliases.has(host) || isKubernetes(service) || world.find('Service', service.namespace, service.name)) continue;
        if (isPodName(host) && world.find('Service', pods.namespace, host.split('.')[1]!)) continue;
        yield {
          manifest: pods.manifest, field, message: `No Service is called ${JSON.stringify(service.name)} in the namespace ${service.namespace}.`, got: host,
          ...meant(service.name, world.namesOf('Service', service.namespace), 'add the Service; a host outside the cluster has a dot in its name.'),
        };
      }
    }
  },
};

/** The API server's own Service is there without a manifest. */
function isKubernetes({ name, namespace }: { name: string; namespace: string }): boolean {
  return name === 'kubernetes' && namespace === 'default';
}

/** A pod of a StatefulSet, by its headless Service: `kafka-0.kafka`. */
function isPodName(host: string): boolean {
  return /^[^.]+-\d+\.[^.]+$/.test(host);
}

function hostsOf({ container, at }: ContainerAt): { host: string; field: FieldPath }[] {
  const texts: { text: unknown; field: FieldPath; host?: boolean }[] = [
    ...list(container.env).map(({ name, value }, i) => ({ text: value, field: [...at, 'env', i, 'value'], host: /^PGHOST$|_(HOST|ADDR|ADDRESS)$/.test(name) })),
    ...(['command', 'args'] as const).flatMap((key) => list(container[key]).map((text, i) => ({ text, field: [...at, key, i] }))),
  ];
  return texts.flatMap(({ text, field, host }) => {
    if (typeof text !== 'string') return [];
    const hosts = host && isName(text) ? [text] : hostsIn(text);
    return [...new Set(hosts)].map((name) => ({ host: name, field }));
  });
}
