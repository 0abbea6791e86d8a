import { nearest } from '../../../basics/nearest';
import { typoOf } from '../../../basics/typo';
import { isEmpty, selectorText, type Labels, type Selector } from '../../../k8s/selector';
import { allServices, monitorsOf, type Monitor } from '../../world/network/monitors';
import type { Rule } from '../rule';
import { isText, podsTitle, type World } from '../../world/world';

export const monitorWithoutTargets: Rule = {
  code: 'monitor-without-targets',
  why: 'Prometheus scrapes nothing, so there are no metrics and no alerts. Nothing reports this.',
  fix: 'Make the selector match the labels of the Service (ServiceMonitor) or of the pods (PodMonitor).',
  *find(world) {
    for (const monitor of monitorsOf(world)) {
      const { manifest, selector, namespaces, services, pods, isComplete } = monitor;
      if (isEmpty(selector) || services.length > 0 || pods.length > 0) continue;
      const known = labelledIn(world, monitor);
      const near = known.filter(({ labels }) => isNear(selector, labels));
      // Operators and other manifests can create what the monitor selects.
      if (!isComplete && near.length === 0) continue;
      const what = manifest.object.kind === 'ServiceMonitor' ? 'Service' : 'pod';
      const examples = (near.length > 0 ? near : known).slice(0, 3);
      yield {
        manifest,
        field: ['spec', 'selector'],
        message: `No ${what} in ${namespaces.length === 1 ? 'the namespace' : 'the namespaces'} ${namespaces.join(', ')} has the labels ${selectorText(selector)}.`,
        expected:
          examples.length > 0
            ? `the labels of a ${what}, such as ${examples.map(({ title, labels }) => `${title} (${selectorText({ matchLabels: labels })})`).join('; ')}`
            : `the labels of a ${what}`,
        got: selectorText(selector),
        fix:
          what === 'Service'
            ? 'Make the selector match metadata.labels of the Service. These are not the labels of its spec.selector.'
            : 'Make the selector match the labels of the pod template.',
      };
    }
  },
};

interface Labelled {
  readonly title: string;
  readonly labels: Labels;
}

function labelledIn(world: World, { manifest, namespaces }: Monitor): Labelled[] {
  const all =
    manifest.object.kind === 'ServiceMonitor'
      ? namespaces
          .flatMap((namespace) => allServices(world, namespace))
          .map(({ metadata }) => ({ title: `Service ${metadata.name}`, labels: metadata.labels ?? {} }))
      : world.pods
          .filter(({ namespace }) => namespaces.includes(namespace))
          .map((pods) => ({ title: podsTitle(pods), labels: pods.labels }));
  return all.filter(({ labels }) => Object.keys(labels).length > 0);
}

/** Whether labels have all keys of a selector, with the same or similar values. */
function isNear({ matchLabels, matchExpressions }: Selector, labels: Labels): boolean {
  const wanted = Object.entries(matchLabels ?? {});
  return (
    wanted.length > 0 &&
    (matchExpressions ?? []).length === 0 &&
    wanted.every(([key, value]) => labels[key] === value || isSimilar(value, labels[key]))
  );
}

function isSimilar(value: unknown, other: unknown): boolean {
  return isText(value) && isText(other) && (typoOf(value, [other]) ?? nearest(value, [other])) !== undefined;
}
