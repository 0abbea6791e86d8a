import { matches } from '../../../k8s/selector';
import { meant, type Rule } from '../rule';
import { isText, namespaceOf, servicesIn } from '../../world/world';

export const statefulServiceMissing: Rule = {
  code: 'stateful-service-missing',
  why: 'The Service provides the DNS names of the pods, such as kafka-0.kafka. Without it these names do not resolve.',
  fix: 'Add a Service with clusterIP: None that selects the pods, or name the existing one.',
  *find(world) {
    for (const manifest of world.ofKind('StatefulSet')) {
      const { spec } = manifest.object;
      const namespace = namespaceOf(manifest.object);
      const name = spec?.serviceName;
      if (!isText(name)) continue;
      const labels = spec?.template?.metadata?.labels ?? {};
      const service = world.find('Service', namespace, name)?.object;
      const selector = service?.spec?.selector;
      if (service && (!selector || matches({ matchLabels: selector }, labels))) continue;
      // If no Service selects the pods, nothing calls them by name.
      const leads = [...servicesIn(world)].some(
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
          : `There is no Service ${JSON.stringify(name)} in the namespace ${namespace}.`,
        ...meant(
          name,
          world.namesOf('Service', namespace),
          service
            ? 'make the selector of the Service match the pods.'
            : 'add a Service with this name and clusterIP: None.',
        ),
      };
    }
  },
};
