import { LABELS } from '../../k8s/keys';
import type { Manifest } from '../../k8s/objects';
import { nearest } from '../../basics/nearest';
import { WORKLOADS } from '../apply/order';

/** The workloads of the charts. */
export function workloadsOf(manifests: readonly Manifest[]): Manifest[] {
  return manifests.filter(({ object }) => WORKLOADS.has(object.kind));
}

/** The name of the part that a workload belongs to. A canary belongs to its microservice. */
export function partOf({ object: { metadata } }: Manifest): string {
  return metadata.labels?.[LABELS.name] ?? metadata.name;
}

/** The workloads of the named parts, or why a name is wrong. Without names, all of them. */
export function chosenWorkloads(
  workloads: readonly Manifest[],
  names: readonly string[],
): { readonly chosen: readonly Manifest[]; readonly wrong?: string } {
  const parts = [...new Set(workloads.map(partOf))];
  for (const name of names) {
    if (parts.includes(name)) continue;
    const guess = nearest(name, parts);
    return {
      chosen: [],
      wrong: `Unknown part: ${JSON.stringify(name)}.${guess ? ` Did you mean ${guess}?` : ` Expected: ${parts.join(', ')}.`}`,
    };
  }
  return { chosen: names.length === 0 ? workloads : workloads.filter((workload) => names.includes(partOf(workload))) };
}
