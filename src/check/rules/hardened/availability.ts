import type { V1CronJob } from '@kubernetes/client-node';
import { budgetsOf } from '../../world/budgets';
import type { Rule } from '../rule';
import type { Policy } from '../../../links/policy';
import { opensPort, waysOf } from '../../world/policies';
import { asksNames } from '../wiring/dns-blocked';
import { list, namespaceOf } from '../../world/world';
import { copiesOf, reachesApi } from '../../world/workloads';
import { hardened, ofPods } from './rule';

/** What is asked of what should be there while nodes and releases come and go. */
export const AVAILABILITY: readonly Rule[] = [
  ofPods(
    'copies-together',
    'All copies may run on one node, and end with it.',
    'Spread them: topologySpreadConstraints over kubernetes.io/hostname.',
    ({ spec, at, manifest }, world) => {
      const copies = copiesOf(world, manifest) ?? 0;
      if (copies < 2 || (spec.topologySpreadConstraints ?? []).length > 0 || spec.affinity?.podAntiAffinity) return [];
      return [
        {
          field: [...at, 'topologySpreadConstraints'],
          message: `Nothing keeps its ${copies} copies from running on one node.`,
          expected: 'topologySpreadConstraints or podAntiAffinity',
          got: 'neither',
          fix: 'Spread them over the nodes.',
        },
      ];
    },
  ),
  hardened(
    'budget-missing',
    'A drain of nodes takes all copies at once.',
    'Add a PodDisruptionBudget with maxUnavailable: 1.',
    (world) => {
      const counted = new Set([...budgetsOf(world)].flatMap(({ pods }) => pods));
      return world.pods
        .filter((pods) => !counted.has(pods) && (copiesOf(world, pods.manifest) ?? 0) > 1)
        .map(({ manifest }) => ({
          manifest,
          field: ['spec', 'replicas'],
          message: 'A drain of nodes may take all its copies at once.',
          expected: 'a PodDisruptionBudget that counts them',
          got: 'none',
          fix: 'Add one with maxUnavailable: 1.',
        }));
    },
  ),
  hardened(
    'budget-holds-broken',
    'A copy that was never ready cannot be moved: the node waits for it for ever.',
    'Set unhealthyPodEvictionPolicy: AlwaysAllow.',
    (world) =>
      [...budgetsOf(world)]
        .filter(({ spec }) => spec.unhealthyPodEvictionPolicy !== 'AlwaysAllow')
        .map(({ manifest, spec }) => ({
          manifest,
          field: ['spec', 'unhealthyPodEvictionPolicy'],
          message: 'Copies that are broken cannot be moved.',
          expected: 'AlwaysAllow',
          got: spec.unhealthyPodEvictionPolicy ?? 'none',
          fix: 'Set it.',
        })),
  ),
  hardened(
    'deadline-missing',
    'After a time without its controller a CronJob that missed a hundred runs never runs again.',
    'Set startingDeadlineSeconds.',
    (world) =>
      world
        .ofKind('CronJob')
        .filter(({ object }) => typeof (object as Partial<V1CronJob>).spec?.startingDeadlineSeconds !== 'number')
        .map((manifest) => ({
          manifest,
          field: ['spec', 'startingDeadlineSeconds'],
          message: 'Runs that were missed add up until it never runs again.',
          expected: 'startingDeadlineSeconds',
          got: 'none',
          fix: 'Set it to some minutes.',
        })),
  ),
  ofPods(
    'policy-missing',
    'Whoever breaks into one pod reaches all others.',
    'Add a NetworkPolicy that takes the pods, if only one that denies all.',
    (pods, world) =>
      waysOf(world, pods, 'Ingress')
        ? []
        : [
            {
              field: [],
              message: 'Everybody in the cluster reaches these pods.',
              expected: 'a NetworkPolicy that takes them',
              got: 'none',
              fix: 'Add one that lets in who calls them.',
            },
          ],
  ),
  hardened(
    'dns-without-tcp',
    'An answer that is too long for UDP is asked for again over TCP: of a Service with many addresses nobody hears.',
    'Allow port 53 TCP beside UDP.',
    (world) =>
      world.ofKind('NetworkPolicy').flatMap((manifest) =>
        list((manifest.object as Policy).spec?.egress).flatMap(({ to, ports }, i) => {
          const way = { ports: list(ports) };
          const half =
            way.ports.length > 0 && asksNames(list(to)) && opensPort(way, 53, undefined, 'UDP') && !opensPort(way, 53);
          return half
            ? [
                {
                  manifest,
                  field: ['spec', 'egress', i, 'ports'],
                  message: 'Names can be asked for over UDP only.',
                  expected: 'port 53 for UDP and TCP',
                  got: 'UDP',
                  fix: 'Add the port for TCP.',
                },
              ]
            : [];
        }),
      ),
  ),
  hardened(
    'api-half-open',
    'The API server answers at 443 on some clusters and at 6443 on others: what may reach only one of them runs on half of them.',
    'Open both, 443 and 6443.',
    (world) =>
      world.ofKind('NetworkPolicy').flatMap((manifest) =>
        list((manifest.object as Policy).spec?.egress).flatMap(({ to, ports }, i) => {
          const isForApi =
            list(to).length === 0 &&
            world
              .select(namespaceOf(manifest.object), (manifest.object as Policy).spec?.podSelector ?? {})
              .some((pods) => reachesApi(world, pods));
          const open = [443, 6443].filter((port) => opensPort({ ports: list(ports) }, port));
          return isForApi && open.length === 1
            ? [
                {
                  manifest,
                  field: ['spec', 'egress', i, 'ports'],
                  message: 'The API server is reached on some clusters only.',
                  expected: 'the ports 443 and 6443',
                  got: String(open[0]),
                  fix: 'Open both.',
                },
              ]
            : [];
        }),
      ),
  ),
  hardened(
    'namespace-default',
    "Rights, quotas and policies are those of a namespace, and that one is everybody's.",
    'Give the application a namespace of its own.',
    (world) =>
      // Without any it is for whoever applies it to say.
      world.pods
        .filter(({ manifest }) => manifest.object.metadata.namespace === 'default')
        .map(({ manifest }) => ({
          manifest,
          field: ['metadata', 'namespace'],
          message: 'It runs in the namespace of everybody.',
          expected: 'a namespace of its own',
          got: 'default',
          fix: 'Name one.',
        })),
  ),
];
