import type { Manifest } from '../../../k8s/objects';
import type { RequirementRule } from '../requirement-rule';
import { containersOf, listOf, type World } from '../../world/world';

interface Feature {
  readonly manifest: Manifest;
  /** The field that older clusters do not know. */
  readonly field: string;
  /** The minor version of Kubernetes that first enables it by default. */
  readonly since: number;
}

/** The oldest Kubernetes version that knows every field. An older version drops unknown fields, at best with a warning. */
export const version: RequirementRule = {
  kind: 'version',
  *find(world) {
    const features = [...featuresOf(world)];
    const since = Math.max(...features.map((feature) => feature.since));
    for (const { manifest, field } of features.filter((feature) => feature.since === since)) {
      yield { manifest, what: `Kubernetes 1.${since} or newer, for ${field}`, lookUp: { minor: since } };
    }
  },
};

function* featuresOf(world: World): Generator<Feature> {
  for (const pods of world.pods) {
    const { manifest, spec } = pods;
    if (listOf(spec.volumes).some(({ image }) => image)) yield { manifest, field: 'volumes with an image', since: 35 };
    if (spec.resources) yield { manifest, field: 'the resources of a whole pod', since: 34 };
    for (const { container } of containersOf(pods)) {
      if (container.lifecycle?.preStop?.sleep) yield { manifest, field: 'lifecycle.preStop.sleep', since: 30 };
    }
    if (listOf(spec.initContainers).some(({ restartPolicy }) => restartPolicy === 'Always')) {
      yield { manifest, field: 'sidecar containers', since: 29 };
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
