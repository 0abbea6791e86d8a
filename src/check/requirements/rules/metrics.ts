import type { RequirementRule } from '../requirement-rule';
import { listOf } from '../../world/world';

/** The API group that serves the metrics of each type. */
const SOURCES = new Map([
  ['Resource', 'metrics.k8s.io'],
  ['ContainerResource', 'metrics.k8s.io'],
  ['Pods', 'custom.metrics.k8s.io'],
  ['Object', 'custom.metrics.k8s.io'],
  ['External', 'external.metrics.k8s.io'],
]);

/** An autoscaler requires a source of metrics. */
export const metrics: RequirementRule = {
  kind: 'metrics',
  *find(world) {
    const served = new Set(world.ofKind('APIService').map(({ object }) => object.spec?.group));
    for (const manifest of world.ofKind('HorizontalPodAutoscaler')) {
      // The default metric is CPU utilization.
      const types = listOf(manifest.object.spec?.metrics).map(({ type }) => type);
      const groups = new Set((types.length > 0 ? types : ['Resource']).map((type) => SOURCES.get(type)));
      for (const group of groups) {
        if (group === undefined || served.has(group)) continue;
        yield {
          manifest,
          what: group === 'metrics.k8s.io' ? 'metrics-server' : `an adapter that serves ${group}`,
          lookUp: { group },
        };
      }
    }
  },
};
