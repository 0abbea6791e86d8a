import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { accountsWithRights, servedPods } from '../../world/workloads';
import { containersOf, list, type World } from '../../world/world';
import { ofContainers, ofPods, runsForEver, titleOfContainer } from './rule';

/** What the scheduler and the kubelet have to know of a container. */
export const RESOURCES: readonly Rule[] = [
  ofContainers(
    'requests-missing',
    'A pod that asks for nothing is put on a full node, and is the first to be ended there.',
    'Request the cpu and the memory that it mostly uses.',
    (at) => {
      const { requests, limits } = at.container.resources ?? {};
      // A limit alone is a request too.
      return ['cpu', 'memory']
        .filter((name) => requests?.[name] === undefined && limits?.[name] === undefined)
        .map((name) => ({
          field: [...at.at, 'resources', 'requests', name],
          message: `${titleOfContainer(at)} requests no ${name}.`,
          expected: `resources.requests.${name}`,
          got: 'none',
          fix: 'Request what it mostly uses.',
        }));
    },
  ),
  ofContainers(
    'limit-missing',
    'A leak in one program takes the memory of all others on its node.',
    'Limit the memory: the program is ended there, not its neighbours.',
    (at) =>
      at.container.resources?.limits?.memory === undefined
        ? [
            {
              field: [...at.at, 'resources', 'limits', 'memory'],
              message: `${titleOfContainer(at)} has no limit of memory.`,
              expected: 'resources.limits.memory',
              got: 'none',
              fix: 'Set it above what the program ever needs.',
            },
          ]
        : [],
  ),
  ofContainers(
    'readiness-missing',
    'Calls reach a pod before its program listens, and while it cannot answer.',
    'Add a readinessProbe that asks whether it can answer now.',
    (at, pods, world) => {
      return !servedPods(world).has(pods) ||
        at.at.includes('initContainers') ||
        at.container.readinessProbe ||
        list(at.container.ports).length === 0
        ? []
        : [
            {
              field: [...at.at, 'readinessProbe'],
              message: `${titleOfContainer(at)} stands behind a Service, but nobody asks whether it is ready.`,
              expected: 'a readinessProbe',
              got: 'none',
              fix: 'Add one.',
            },
          ];
    },
  ),
  ofContainers(
    'liveness-missing',
    'A program that hangs goes on hanging until somebody notices.',
    'Add a livenessProbe that touches nothing but the program itself.',
    (at, pods) =>
      !runsForEver(pods) ||
      at.at.includes('initContainers') ||
      at.container.livenessProbe ||
      list(at.container.ports).length === 0
        ? []
        : [
            {
              field: [...at.at, 'livenessProbe'],
              message: `Nobody notices when ${titleOfContainer(at).replace('The', 'the')} hangs.`,
              expected: 'a livenessProbe',
              got: 'none',
              fix: 'Add one that asks no other service.',
            },
          ],
  ),
  ofContainers(
    'probe-port-undeclared',
    'Who reads the manifest cannot tell a port of the program from a slip of the hand.',
    'Declare the port, or probe one that is.',
    (at, pods) => {
      const declared = new Set(
        containersOf(pods).flatMap(({ container }) => list(container.ports).map(({ containerPort }) => containerPort)),
      );
      return (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).flatMap((probe) =>
        (['httpGet', 'tcpSocket', 'grpc'] as const).flatMap((way) => {
          const port = at.container[probe]?.[way]?.port;
          return typeof port !== 'number' || declared.has(port)
            ? []
            : [
                {
                  field: [...at.at, probe, way, 'port'],
                  message: `${titleOfContainer(at)} does not declare the port ${port}.`,
                  expected: `one of ${[...declared].join(', ') || 'its ports'}`,
                  got: String(port),
                  fix: 'Declare it, or probe one that is declared.',
                },
              ];
        }),
      );
    },
  ),
  ofContainers(
    'probes-same',
    'A pod that is not ready for a moment is ended, with all its work.',
    'Let liveness ask something else, or wait much longer.',
    (at) => {
      const { livenessProbe, readinessProbe } = at.container;
      return livenessProbe && JSON.stringify(livenessProbe) === JSON.stringify(readinessProbe)
        ? [
            {
              field: [...at.at, 'livenessProbe'],
              message: `${titleOfContainer(at)} is ended for what makes it not ready.`,
              expected: 'a livenessProbe of its own',
              got: 'the readinessProbe again',
              fix: 'Ask another path, or allow more failures.',
            },
          ]
        : [];
    },
  ),
  ofContainers(
    'secret-in-plain',
    'Whoever may read the manifest, or the repository, knows the secret.',
    'Put it into a Secret, and read it with secretKeyRef.',
    (at, { namespace }, world) =>
      list(at.container.env).flatMap(({ name, value }, i) =>
        /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS)$/i.test(name) &&
        typeof value === 'string' &&
        value !== '' &&
        // What another variable holds, a path, and a switch such as ALLOW_EMPTY_PASSWORD.
        !/^\$\(\w+\)$|^\/|^(true|false|yes|no|on|off|[01])$/i.test(value) &&
        !isSecretName(world, namespace, value)
          ? [
              {
                field: [...at.at, 'env', i, 'value'],
                message: `${show(name)} of ${titleOfContainer(at).replace('The', 'the')} stands in the manifest.`,
                expected: 'valueFrom: { secretKeyRef: … }',
                got: 'a value',
                fix: 'Read it from a Secret.',
              },
            ]
          : [],
      ),
  ),
  ofPods(
    'token-mounted',
    'Who breaks in finds a token for the API server, and tries what it may do.',
    'Set automountServiceAccountToken: false for the pod or its account.',
    (pods, world) => {
      const { spec, at, namespace } = pods;
      const name = spec.serviceAccountName ?? 'default';
      const account = world.find('ServiceAccount', namespace, name)?.object as
        | { automountServiceAccountToken?: boolean }
        | undefined;
      // Who was given rights needs the token.
      if (
        (spec.automountServiceAccountToken ?? account?.automountServiceAccountToken) === false ||
        accountsWithRights(world).has(`${namespace}/${name}`)
      )
        return [];
      return [
        {
          field: [...at, 'automountServiceAccountToken'],
          message: 'The pod gets a token for the API server that it has no use for.',
          expected: 'automountServiceAccountToken: false',
          got: show(spec.automountServiceAccountToken ?? null),
          fix: 'Set it for the pod or its ServiceAccount.',
        },
      ];
    },
  ),
];

/** A program may be told which Secret to read: its name is none. */
function isSecretName(world: World, namespace: string, name: string): boolean {
  return (
    world.find('Secret', namespace, name) !== undefined || world.secretMadeInCluster(namespace, name) !== undefined
  );
}
