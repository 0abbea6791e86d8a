import type { LookUp } from '../check/requirements/look-up';
import type { VerifiableRequirement } from '../check/requirements/find-requirements';
import type { Target } from '../cluster/connection/target';
import { Kinds } from '../cluster/connection/kinds';
import type { Finding } from './finding';
import { nodesOf } from './nodes';
import { inCluster, type ClusterReader } from './reader';
import { minorOf } from './versions';

type Result = Pick<Finding, 'state' | 'found' | 'fix'>;

/** The requirements with a check of their own. */
const ELSEWHERE = new Set(['ingress-controller', 'network-policies']);

/** The other requirements of the charts, each as a check. */
export function requirementFindings(
  cluster: ClusterReader,
  { api, version }: Pick<Target, 'api' | 'version'>,
  requirements: readonly VerifiableRequirement[],
): Promise<Finding[]> {
  const others = requirements.filter(({ kind, lookUp }) => !ELSEWHERE.has(kind) && !(lookUp && isStorageClass(lookUp)));
  let kinds: Promise<Kinds> | undefined;
  return Promise.all(
    others.map((requirement) => {
      const [first, ...rest] = requirement.objects;
      const why = `for ${first}${rest.length > 0 ? ` and ${rest.length} more` : ''}`;
      return inCluster({ name: requirement.kind, why }, async () => {
        const { what, lookUp } = requirement;
        if (lookUp === undefined)
          return { state: 'not-checked', found: what, fix: 'Make sure that the cluster has it.' };
        if ('object' in lookUp) {
          const path = (await (kinds ??= Kinds.of(api))).pathOf(lookUp.object);
          return resultOf(requirement, path !== undefined && (await cluster.has(path)));
        }
        if ('group' in lookUp) {
          const served = await cluster.serves(lookUp.group);
          if (served !== 'broken') return resultOf(requirement, served === 'yes');
          return {
            state: 'warning',
            found: `${what}: it is installed, but does not answer`,
            fix: `Look for the reason: kubectl get apiservices | grep ${lookUp.group}.`,
          };
        }
        if ('minor' in lookUp) return resultOf(requirement, minorOf(version) >= lookUp.minor);
        return resultOf(requirement, await someNodeHas(cluster, lookUp));
      });
    }),
  );
}

function isStorageClass(lookUp: LookUp): boolean {
  return 'object' in lookUp ? lookUp.object.kind === 'StorageClass' : 'defaultOf' in lookUp;
}

async function someNodeHas(cluster: ClusterReader, lookUp: LookUp): Promise<boolean> {
  const nodes = await nodesOf(cluster);
  if ('label' in lookUp) {
    const [key, value] = lookUp.label;
    return nodes.some(({ metadata }) => metadata?.labels?.[key] === value);
  }
  return 'resource' in lookUp && nodes.some(({ status }) => Number(status?.allocatable?.[lookUp.resource] ?? 0) > 0);
}

function resultOf(requirement: VerifiableRequirement, isThere: boolean): Result {
  const { what } = requirement;
  return isThere
    ? { state: 'ok', found: what }
    : { state: 'missing', found: `not found: ${what}`, fix: fixOf(requirement) };
}

function fixOf({ kind, what, lookUp }: VerifiableRequirement): string {
  if (lookUp && 'minor' in lookUp) return `Upgrade the cluster to Kubernetes 1.${lookUp.minor} or newer.`;
  if (lookUp && 'label' in lookUp) return `Label a node: kubectl label node NODE ${lookUp.label.join('=')}.`;
  if (lookUp && 'resource' in lookUp) return `Add ${what}, or correct the resource in the charts.`;
  if (kind === 'metrics' && what === 'metrics-server')
    return 'Install metrics-server. On kind it needs the argument --kubelet-insecure-tls.';
  if (lookUp && 'group' in lookUp) return `Install ${what}.`;
  if (kind === 'namespace' && lookUp && 'object' in lookUp)
    return `Create it: kubectl create namespace ${lookUp.object.metadata.name}.`;
  if (kind === 'secret') return `Create ${what}.`;
  return `Create ${what}, or correct its name in the charts.`;
}
