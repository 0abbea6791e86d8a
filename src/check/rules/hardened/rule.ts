import type { Code } from '../../../problems/codes';
import { show } from '../../../basics/text';
import type { Violation, Rule } from '../rule';
import { containersOf, type ContainerAt, type Pods, type World } from '../../world/world';

/** What is wrong with a field of a container or a pod. */
export type Weakness = Omit<Violation, 'manifest'>;

/** A rule that only those are told who ask for it. */
export function hardened(code: Code, why: string, fix: string, find: (world: World) => Iterable<Violation>): Rule {
  return { code, profile: 'hardened', why, fix, find };
}

/** A rule about each container. */
export function ofContainers(
  code: Code,
  why: string,
  fix: string,
  weaknesses: (at: ContainerAt, pods: Pods, world: World) => readonly Weakness[],
): Rule {
  return hardened(code, why, fix, (world) =>
    world.pods.flatMap((pods) =>
      containersOf(pods).flatMap((at) =>
        weaknesses(at, pods, world).map((weakness) => ({ manifest: pods.manifest, ...weakness })),
      ),
    ),
  );
}

/** A rule about the pods of each workload. */
export function ofPods(
  code: Code,
  why: string,
  fix: string,
  weaknesses: (pods: Pods, world: World) => readonly Weakness[],
): Rule {
  return hardened(code, why, fix, (world) =>
    world.pods.flatMap((pods) => weaknesses(pods, world).map((weakness) => ({ manifest: pods.manifest, ...weakness }))),
  );
}

/** How a message calls a container. */
export const titleOfContainer = ({ container }: ContainerAt) => `The container ${show(container.name)}`;

/** Whether pods are to run for ever: those that end are looked at with other eyes. */
export function runsForEver({ manifest }: Pods): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'].includes(
    manifest.object.kind,
  );
}
