import { show } from '../../../basics/text';
import { valueAt } from '../../../k8s/objects';
import { BASELINE_CAPABILITIES } from '../../../k8s/pod-security';
import { capabilitiesKept } from '../hardened/capabilities-kept';
import { escalationAllowed } from '../hardened/escalation-allowed';
import { hostPath } from '../hardened/host-path';
import { hostPort } from '../hardened/host-port';
import { hostShared } from '../hardened/host-shared';
import { isolationWeakened } from '../hardened/isolation-weakened';
import { privileged } from '../hardened/privileged';
import { rootAllowed } from '../hardened/root-allowed';
import { seccompOff } from '../hardened/seccomp-off';
import type { PodRule, PodViolation } from '../hardened-rule';
import type { Rule } from '../rule';
import { listOf, type Pods, type World } from '../../world/world';

const LABEL = 'pod-security.kubernetes.io/enforce';

export const podRefused: Rule = {
  code: 'pod-refused',
  why: 'The API server refuses the pods, so the workload has none. Only its events report the reason.',
  fix: 'Set what the level of the namespace requires, or change the label pod-security.kubernetes.io/enforce.',
  *find(world) {
    const levels = new Map<string, Level | undefined>();
    for (const pods of world.pods) {
      const { manifest, namespace } = pods;
      if (!levels.has(namespace)) levels.set(namespace, levelOf(world, namespace));
      const level = levels.get(namespace);
      if (!level) continue;
      for (const violation of violationsOf(world, pods, level))
        yield {
          manifest,
          ...violation,
          message: `The namespace ${namespace} enforces the level ${level}. ${violation.message}`,
        };
    }
  },
};

type Level = 'baseline' | 'restricted';

/** The Pod Security level that a namespace enforces. */
function levelOf(world: World, namespace: string): Level | undefined {
  const { labels = {}, annotations } = world.find('Namespace', 'default', namespace)?.object.metadata ?? {};
  // OpenShift completes the security settings of each pod before it checks them.
  if (Object.keys({ ...labels, ...annotations }).some((key) => key.includes('openshift.io/'))) return undefined;
  const level = labels[LABEL];
  return level === 'baseline' || level === 'restricted' ? level : undefined;
}

interface Requirement {
  readonly rule: PodRule;
  /** Whether the level baseline requires it too. Without it, both levels do. */
  readonly isBaseline?: (violation: PodViolation, pods: Pods) => boolean;
}

const REQUIREMENTS: readonly Requirement[] = [
  { rule: privileged },
  { rule: hostShared },
  { rule: hostPort },
  { rule: isolationWeakened },
  { rule: hostPath, isBaseline: ({ got }) => got === 'hostPath' },
  {
    rule: capabilitiesKept,
    isBaseline: ({ field }, { manifest }) =>
      field.at(-1) === 'add' &&
      listOf(valueAt(manifest.object, field) as readonly unknown[]).some((name) => !BASELINE_CAPABILITIES.has(name)),
  },
  { rule: seccompOff, isBaseline: ({ got }) => got === show('Unconfined') },
  { rule: rootAllowed, isBaseline: () => false },
  { rule: escalationAllowed, isBaseline: () => false },
];

function violationsOf(world: World, pods: Pods, level: Level): PodViolation[] {
  return REQUIREMENTS.flatMap(({ rule, isBaseline }) =>
    rule
      .inPods(pods, world)
      .filter(
        (violation) =>
          !isBaseline || isBaseline(violation, pods) || (level === 'restricted' && !isExempt(rule, pods.spec)),
      ),
  );
}

const NOT_ON_WINDOWS: ReadonlySet<PodRule> = new Set([capabilitiesKept, seccompOff, escalationAllowed]);

/** Whether the level restricted does not require it of such pods. Root of a user namespace is not root of the node. */
function isExempt(rule: PodRule, { os, hostUsers }: Pods['spec']): boolean {
  return (hostUsers === false && rule === rootAllowed) || (os?.name === 'windows' && NOT_ON_WINDOWS.has(rule));
}
