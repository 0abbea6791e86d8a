import type { Manifest } from '../../../k8s/objects';
import type { RequirementRule } from '../requirement-rule';
import { containersOf, listOf, type World } from '../../world/world';

interface Feature {
  readonly manifest: Manifest;
  /** The field that older clusters do not know, or drop. */
  readonly field: string;
  /** The minor version of Kubernetes from which on it works without a switch. */
  readonly since: number;
}

/** The oldest Kubernetes that knows every field: an older one drops what it does not know, and says so at best in a warning. */
export const version: RequirementRule = {
  kind: 'version',
  *find(world) {
    const features = [...featuresOf(world)];
    const since = Math.max(...features.map((feature) => feature.since));
    for (const { manifest, field } of features.filter((feature) => feature.since === since)) {
      yield { manifest, what: `Kubernetes 1.${since} or newer, for ${field}` };
    }
  },
};

function* featuresOf(world: World): Generator<Feature> {
  for (const pods of world.pods) {
    const { manifest, spec } = pods;
    if (spec.resources) yield { manifest, field: 'the resources of a whole pod', since: 34 };
    for (const { container } of containersOf(pods)) {
      if (container.lifecycle?.preStop?.sleep) yield { manifest, field: 'lifecycle.preStop.sleep', since: 30 };
    }
    if (listOf(spec.initContainers).some(({ restartPolicy }) => restartPolicy === 'Always')) {
      yield { manifest, field: 'init containers that go on running', since: 29 };
    }
    if (listOf(spec.topologySpreadConstraints).some(({ matchLabelKeys }) => listOf(matchLabelKeys).length > 0)) {
      yield { manifest, field: 'topologySpreadConstraints.matchLabelKeys', since: 27 };
    }
  }
  for (const manifest of world.ofKind('PodDisruptionBudget')) {
    const { spec } = manifest.object;
    if (spec?.unhealthyPodEvictionPolicy) yield { manifest, field: 'unhealthyPodEvictionPolicy', since: 27 };
  }
  for (const manifest of world.ofKind('CronJob')) {
    if (manifest.object.spec?.timeZone) yield { manifest, field: 'the time zone of a CronJob', since: 25 };
  }
}
