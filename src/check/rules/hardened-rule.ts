import type { Code } from '../../problems/codes';
import { show } from '../../basics/text';
import { exceptionsOf, type ContainerException } from '../../k8s/exceptions';
import type { Rule, Violation } from './rule';
import { containersOf, type ContainerAt, type Pods, type World } from '../world/world';

/** A violation in the object of the pods that a rule checks. */
export type PodViolation = Omit<Violation, 'manifest'>;

/** A rule that checks pods, one workload at a time. */
export interface PodRule extends Rule {
  /** `exceptions` are those of the pods that the rule accepts. */
  inPods(pods: Pods, world: World, exceptions?: readonly ContainerException[]): readonly PodViolation[];
}

/** A rule of the profile `hardened`. */
export function hardenedRule(code: Code, why: string, fix: string, find: (world: World) => Iterable<Violation>): Rule {
  return { code, profile: 'hardened', why, fix, find };
}

/** A rule that checks each container. */
export function containerRule(
  code: Code,
  why: string,
  fix: string,
  find: (
    at: ContainerAt,
    pods: Pods,
    world: World,
    exceptions: readonly ContainerException[],
  ) => readonly PodViolation[],
): PodRule {
  const inPods: PodRule['inPods'] = (pods, world, exceptions = []) =>
    containersOf(pods).flatMap((at) =>
      find(
        at,
        pods,
        world,
        exceptions.filter(({ container }) => container === at.container.name),
      ),
    );
  return { ...podRule(code, why, fix, inPods), find: (world) => violationsIn(world.everyPod, world, inPods) };
}

/** A rule that checks the pods of each workload. */
export function podRule(code: Code, why: string, fix: string, inPods: PodRule['inPods']): PodRule {
  return {
    ...hardenedRule(code, why, fix, (world) => violationsIn(world.pods, world, inPods)),
    inPods,
  };
}

function violationsIn(all: readonly Pods[], world: World, inPods: PodRule['inPods']): Violation[] {
  return all.flatMap((pods) =>
    inPods(pods, world, exceptionsOf(pods.manifest.object)).map((violation) => ({
      manifest: pods.manifest,
      ...violation,
    })),
  );
}

/** The name of a container in messages. */
export const containerTitle = ({ container }: ContainerAt) => `The container ${show(container.name)}`;
