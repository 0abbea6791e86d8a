import type { Code } from '../../problems/codes';
import { show } from '../../basics/text';
import type { Rule, Violation } from './rule';
import { containersOf, type ContainerAt, type Pods, type World } from '../world/world';

/** A violation in the object of the pods that a rule checks. */
export type PodViolation = Omit<Violation, 'manifest'>;

/** A rule of the profile `hardened`. */
export function hardenedRule(code: Code, why: string, fix: string, find: (world: World) => Iterable<Violation>): Rule {
  return { code, profile: 'hardened', why, fix, find };
}

/** A rule that checks each container. */
export function containerRule(
  code: Code,
  why: string,
  fix: string,
  find: (at: ContainerAt, pods: Pods, world: World) => readonly PodViolation[],
): Rule {
  return hardenedRule(code, why, fix, (world) =>
    world.everyPod.flatMap((pods) =>
      containersOf(pods).flatMap((at) =>
        find(at, pods, world).map((violation) => ({ manifest: pods.manifest, ...violation })),
      ),
    ),
  );
}

/** A rule that checks the pods of each workload. */
export function podRule(
  code: Code,
  why: string,
  fix: string,
  find: (pods: Pods, world: World) => readonly PodViolation[],
): Rule {
  return hardenedRule(code, why, fix, (world) =>
    world.pods.flatMap((pods) => find(pods, world).map((violation) => ({ manifest: pods.manifest, ...violation }))),
  );
}

/** The name of a container in messages. */
export const containerTitle = ({ container }: ContainerAt) => `The container ${show(container.name)}`;
