import type { V1TopologySpreadConstraint } from '@kubernetes/client-node';

/** Spreads pods over the nodes. It is a wish: with fewer nodes than pods, some pods share a node. */
export function spreadOverNodes(
  matchLabels: Record<string, string>,
  more: Pick<V1TopologySpreadConstraint, 'matchLabelKeys'> = {},
): V1TopologySpreadConstraint[] {
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels },
      ...more,
    },
  ];
}
