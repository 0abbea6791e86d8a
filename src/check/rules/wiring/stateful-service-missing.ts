import { nearest } from '../../../basics/nearest';
import { matches } from '../../../k8s/selector';
import { mayExist } from '../../world/generated/may-exist';
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
      // Only a headless Service gives names to pods. Another one that selects the pods may be a misspelt name.
      const leads = [...servicesIn(world)].some(
        (one) =>
          one.namespace === namespace &&
          (one.spec.clusterIP === 'None' || nearest(name, [one.manifest.object.metadata.name]) !== undefined) &&
          Object.keys(one.spec.selector ?? {}).length > 0 &&
          matches({ matchLabels: one.spec.selector }, labels),
      );
      if (!service && (!leads || mayExist(world, 'Service', namespace, name))) continue;
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
