import type { V1Service, V1StatefulSet } from '@kubernetes/client-node';
import { matches } from '../../../k8s/selector';
import { meant, type Rule } from '../rule';
import { isText, namespaceOf, servicesOf } from '../../world/world';

export const statefulServiceMissing: Rule = {
  code: 'stateful-service-missing',
  why: 'The names of its pods, such as kafka-0.kafka, come from that Service: without it they do not resolve.',
  fix: 'Add a Service with clusterIP: None that selects the pods, or name the one that is there.',
  *find(world) {
    for (const manifest of world.ofKind('StatefulSet')) {
      const { spec } = manifest.object as V1StatefulSet;
      const namespace = namespaceOf(manifest.object);
      const name = spec?.serviceName;
      if (!isText(name)) continue;
      const labels = spec?.template?.metadata?.labels ?? {};
      const service = world.find('Service', namespace, name)?.object as V1Service | undefined;
      const selector = service?.spec?.selector;
      if (service && (!selector || matches({ matchLabels: selector }, labels))) continue;
      // Where no Service leads to its pods, nobody asks for them by name.
      const leads = [...servicesOf(world)].some(
        (one) =>
          one.namespace === namespace &&
          Object.keys(one.spec.selector ?? {}).length > 0 &&
          matches({ matchLabels: one.spec.selector }, labels),
      );
      if (!service && !leads) continue;
      yield {
        manifest,
        field: ['spec', 'serviceName'],
        got: name,
        message: service
          ? `The Service ${name} does not select the pods of this StatefulSet.`
          : `No Service is called ${JSON.stringify(name)} in the namespace ${namespace}.`,
        ...meant(
          name,
          world.namesOf('Service', namespace),
          service ? 'give that Service the labels of the pods.' : 'add a Service of that name, with clusterIP: None.',
        ),
      };
    }
  },
};
