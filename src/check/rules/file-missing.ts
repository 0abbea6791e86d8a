import { typoOf } from '../../basics/typo';
import type { MountedFile } from '../world/workloads/mounted-files';
import type { PodViolation } from './hardened-rule';
import { meant } from './rule';

/** A file that the volume of a container does not have. The keys are unknown if the object is not in the manifests. */
export function fileMissing(
  { name, path, items, field, isSure }: MountedFile,
  kind: 'ConfigMap' | 'Secret',
  keys: readonly string[] | undefined,
): PodViolation | undefined {
  // An object without keys gets them in the cluster.
  if (!keys || keys.length === 0) return undefined;
  const files = items ?? keys;
  if (files.some((file) => file === path || file.startsWith(`${path}/`))) return undefined;
  if (!isSure && !typoOf(path, files)) return undefined;
  return {
    field,
    message: items
      ? `The volume with the ${kind} ${name} has no file ${JSON.stringify(path)}: its items do not contain it.`
      : `The ${kind} ${name} has no key ${JSON.stringify(path)}, so the volume has no such file.`,
    got: path,
    ...meant(path, files, items ? 'add the path to the items of the volume.' : 'add the key.'),
  };
}
