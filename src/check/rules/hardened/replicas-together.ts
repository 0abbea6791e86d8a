import { replicasOf } from '../../world/workloads/workloads';
import { podRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const replicasTogether: Rule = podRule(
  'replicas-together',
  'If all replicas run on one node, the failure of the node stops all of them.',
  'Add topologySpreadConstraints with the topologyKey kubernetes.io/hostname.',
  ({ spec, at, manifest }, world) => {
    const replicas = replicasOf(world, manifest) ?? 0;
    if (replicas < 2 || (spec.topologySpreadConstraints ?? []).length > 0 || spec.affinity?.podAntiAffinity) return [];
    return [
      {
        field: [...at, 'topologySpreadConstraints'],
        message: `All ${replicas} replicas can run on one node.`,
        expected: 'topologySpreadConstraints or podAntiAffinity',
        got: 'neither',
        fix: 'Add topologySpreadConstraints with topologyKey: kubernetes.io/hostname and maxSkew: 1.',
      },
    ];
  },
);
