import { show } from '../../../basics/text';
import { listOf } from '../../world/values';
import { podRule, type PodRule } from '../hardened-rule';

/** Volume sources that do not expose the node. */
const SAFE_VOLUMES = new Set([
  'name',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'image',
]);

export const hostPath: PodRule = podRule(
  'host-path',
  'A container that can change files of its node can escape, and can attack other containers on the node.',
  'Mount a claim, an emptyDir, a ConfigMap or a Secret.',
  ({ spec, at }) =>
    listOf(spec.volumes).flatMap((volume, i) =>
      Object.keys(volume)
        .filter((source) => !SAFE_VOLUMES.has(source))
        .map((source) => ({
          field: [...at, 'volumes', i, source],
          message:
            source === 'hostPath'
              ? `The volume ${show(volume.name)} is a folder of the node.`
              : `The volume ${show(volume.name)} is of type ${source}, which the level restricted does not allow.`,
          expected: 'a claim, an emptyDir, a ConfigMap or a Secret',
          got: source,
          fix: `Replace ${source} by emptyDir, persistentVolumeClaim, configMap or secret.`,
        })),
    ),
);
