import { show } from '../../../basics/text';
import { monitorsOf, type Monitor } from '../../world/network/monitors';
import { meant, type Rule } from '../rule';
import { containersOf, isText, listOf, type Pods } from '../../world/world';

export const monitorPortMissing: Rule = {
  code: 'monitor-port-missing',
  why: 'Prometheus scrapes nothing, so there are no metrics and no alerts. Nothing reports this.',
  fix: 'Use the name of a port of the Service (ServiceMonitor) or of the container (PodMonitor).',
  *find(world) {
    for (const monitor of monitorsOf(world)) {
      const { manifest, endpointsField, endpoints } = monitor;
      for (const [i, endpoint] of endpoints.entries()) {
        for (const key of ['port', 'targetPort'] as const) {
          const port = endpoint[key];
          // A number in targetPort needs no declaration.
          if (key === 'port' ? port === undefined || port === null : !isText(port)) continue;
          const names = key === 'port' && monitor.services.length > 0 ? servicePorts(monitor) : podPorts(monitor.pods);
          const isOfPods = key === 'targetPort' || manifest.object.kind === 'PodMonitor';
          // Without Services or pods, their ports are unknown.
          if (isOfPods ? monitor.pods.length === 0 : monitor.services.length === 0) continue;
          if (names.includes(port as string)) continue;
          yield {
            manifest,
            field: ['spec', endpointsField, i, key],
            message: `No ${isOfPods ? 'container' : 'Service'} that the monitor selects has a port with the name ${show(port)}.`,
            got: show(port),
            ...meant(String(port), names, `add the name to a port of the ${isOfPods ? 'container' : 'Service'}.`),
          };
        }
      }
    }
  },
};

function servicePorts({ services }: Monitor): string[] {
  return namesOfPorts(services.flatMap(({ service }) => listOf(service.spec?.ports)));
}

function podPorts(pods: readonly Pods[]): string[] {
  return namesOfPorts(pods.flatMap((one) => containersOf(one).flatMap(({ container }) => listOf(container.ports))));
}

function namesOfPorts(ports: readonly { readonly name?: string }[]): string[] {
  return [...new Set(ports.map(({ name }) => name).filter(isText))];
}
