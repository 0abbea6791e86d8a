import type { FieldPath } from '../../../k8s/objects';
import {
  absent,
  exclusive,
  filled,
  given,
  items,
  oneOf,
  record,
  taken,
  texts,
  wrong,
  type Condition,
} from '../condition';
import type { Fault } from '../fault';
import { POD_SOURCES } from '../volume-sources';

function* containerConditions(value: Readonly<Record<string, unknown>>): Generator<Fault> {
  if (!given(value, ['image']).length || value.image === '')
    yield absent('image', 'A container needs an image.', 'image');
  yield* taken(value.ports, 'name', 'ports', ['ports']);
  yield* taken(value.ports, 'hostPort', 'ports', ['ports'], ({ hostPort, protocol, hostIP }) =>
    hostPort ? JSON.stringify([hostPort, protocol ?? 'TCP', hostIP ?? null]) : undefined,
  );
  for (const name of ['livenessProbe', 'startupProbe']) {
    const threshold = record(value[name]).successThreshold;
    if (typeof threshold === 'number' && threshold > 1)
      yield wrong(
        [name, 'successThreshold'],
        threshold,
        `A ${name} succeeds with its first success.`,
        '1',
        'Take it out.',
      );
  }
  for (const { item, i } of items(value.volumeMounts)) {
    if (item.mountPropagation === 'Bidirectional' && record(value.securityContext).privileged !== true)
      yield exclusive(
        ['volumeMounts', i, 'mountPropagation'],
        'Only what is privileged mounts for its node.',
        'privileged: true, or HostToContainer',
        'Write HostToContainer.',
      );
  }
  if (filled(value.restartPolicyRules) && !value.restartPolicy)
    yield absent('restartPolicy', 'Rules of starting again are exceptions from a policy.', 'restartPolicy');
  if (record(value.readinessProbe).terminationGracePeriodSeconds !== undefined) {
    yield exclusive(
      ['readinessProbe', 'terminationGracePeriodSeconds'],
      'A readiness probe ends nothing, so it has no grace period.',
      'none',
      'Take it out.',
    );
  }
}

function* podSpec(value: Readonly<Record<string, unknown>>): Generator<Fault> {
  if (Array.isArray(value.containers) && value.containers.length === 0)
    yield absent('containers', 'A pod needs a container.', 'containers');
  if (value.dnsPolicy === 'None' && !filled(record(value.dnsConfig).nameservers))
    yield absent(
      ['dnsConfig', 'nameservers'],
      'Who asks nobody of the cluster for names says whom else.',
      'nameservers',
    );
  yield* initContainers(value);
  const groups = ['initContainers', 'containers'].flatMap((group) =>
    items(value[group]).map(({ item, i }) => ({ container: item, at: [group, i] as FieldPath })),
  );
  for (const { container, at } of groups) {
    // The walk tells two in one list; this is about the two lists together.
    if (
      at[0] === 'containers' &&
      typeof container.name === 'string' &&
      items(value.initContainers).some(({ item }) => item.name === container.name)
    ) {
      yield {
        code: 'item-taken',
        field: [...at, 'name'],
        message: `A container and an init container have the same name.`,
        expected: 'another name',
        got: container.name,
        fix: 'Rename one of them.',
      };
    }
    for (const { item, i } of items(record(container.resources).claims)) {
      if (item.name && !items(value.resourceClaims).some(({ item: { name } }) => name === item.name))
        yield wrong(
          [...at, 'resources', 'claims', i, 'name'],
          item.name,
          'The pod has no claim of that name.',
          'one of its resourceClaims',
          'Add it to the resourceClaims of the pod.',
        );
    }
    if (value.hostNetwork === true) {
      for (const { item, i } of items(container.ports)) {
        if (item.hostPort && item.hostPort !== item.containerPort)
          yield wrong(
            [...at, 'ports', i, 'hostPort'],
            item.hostPort,
            'On the network of the host a port is the same inside and outside.',
            String(item.containerPort),
            'Take hostPort out.',
          );
      }
    }
    const seconds = record(record(record(container.lifecycle).preStop).sleep).seconds;
    const grace = value.terminationGracePeriodSeconds ?? 30;
    if (typeof seconds === 'number' && typeof grace === 'number' && seconds > grace) {
      yield wrong(
        [...at, 'lifecycle', 'preStop', 'sleep', 'seconds'],
        seconds,
        'The pause before the end is longer than the time that is left.',
        `at most ${grace}, the terminationGracePeriodSeconds`,
        'Make the pause shorter, or the grace period longer.',
      );
    }
  }
}

/** An init container runs once: only one that goes on beside the others is asked how it is. */
function* initContainers(value: Readonly<Record<string, unknown>>): Generator<Fault> {
  for (const { item, i } of items(value.initContainers)) {
    if (item.restartPolicy === 'Always') continue;
    for (const field of given(item, ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'])) {
      yield exclusive(
        ['initContainers', i, field],
        `An init container that ends has no ${field}.`,
        'restartPolicy: Always',
        'Take it out, or make it a sidecar with restartPolicy: Always.',
      );
    }
  }
}

function* selectorRequirement(value: Readonly<Record<string, unknown>>): Generator<Fault> {
  const { operator } = value;
  if (operator === 'In' || operator === 'NotIn') {
    if (!filled(value.values)) yield absent('values', `${operator} needs values to compare with.`, 'values');
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (filled(value.values))
      yield exclusive(
        ['values'],
        `${operator} compares with no values.`,
        'none',
        'Take them out, or write In or NotIn.',
      );
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (texts(value.values).length !== 1)
      yield wrong(
        ['values'],
        value.values,
        `${operator} compares with one number.`,
        'one whole number, as a text',
        'Write one.',
      );
  } else if (typeof operator === 'string') {
    yield wrong(
      ['operator'],
      operator,
      `There is no operator ${JSON.stringify(operator)}.`,
      'In, NotIn, Exists or DoesNotExist',
      'Write one of them.',
    );
  }
}

export const POD: Readonly<Record<string, Condition>> = {
  'v1.PodSpec': podSpec,
  'v1.Container': containerConditions,
  'meta/v1.LabelSelectorRequirement': selectorRequirement,
  'v1.NodeSelectorRequirement': selectorRequirement,
  'v1.Volume': (value) => oneOf(value, POD_SOURCES, 0, 'A volume'),
  'v1.VolumeProjection': (value) =>
    oneOf(
      value,
      ['secret', 'downwardAPI', 'configMap', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'],
      0,
      'A source of a projected volume',
    ),
  'v1.DownwardAPIVolumeFile': (value) => oneOf(value, ['fieldRef', 'resourceFieldRef'], 1, 'A file about the pod'),
  'v1.Probe': (value) => oneOf(value, ['exec', 'httpGet', 'tcpSocket', 'grpc'], 1, 'A probe'),
  // A hook is one thing to do, as a probe is.
  'v1.LifecycleHandler': (value) => oneOf(value, ['exec', 'httpGet', 'tcpSocket', 'sleep'], 1, 'A hook'),
  'v1.ExecAction': function* (value) {
    if (!filled(value.command)) yield absent('command', 'Nothing is to be run.', 'command');
  },
  'v1.EnvVar': function* (value) {
    if (typeof value.value === 'string' && value.value !== '' && given(value, ['valueFrom']).length > 0)
      yield exclusive(
        ['valueFrom'],
        'A variable has a value or reads it from elsewhere, never both.',
        'value or valueFrom',
      );
  },
  'v1.EnvVarSource': (value) =>
    oneOf(
      value,
      ['configMapKeyRef', 'secretKeyRef', 'fieldRef', 'resourceFieldRef', 'fileKeyRef'],
      1,
      'The source of a variable',
    ),
  'v1.EnvFromSource': (value) => oneOf(value, ['configMapRef', 'secretRef'], 1, 'A source of variables'),
  'v1.Toleration': function* (value) {
    if (value.operator === 'Exists' && value.value)
      yield exclusive(['value'], 'Exists tolerates any value.', 'no value', 'Take the value out, or write Equal.');
    if (!value.key && value.operator !== 'Exists')
      yield wrong(
        ['operator'],
        value.operator ?? null,
        'Without a key only Exists tolerates something.',
        'a key, or the operator Exists',
        'Add the key.',
      );
    if (value.tolerationSeconds !== undefined && value.tolerationSeconds !== null && value.effect !== 'NoExecute')
      yield wrong(
        ['effect'],
        value.effect ?? null,
        'Only what would be evicted can be tolerated for a time.',
        'NoExecute',
        'Write NoExecute, or take tolerationSeconds out.',
      );
  },
  'v1.NodeSelector': function* (value) {
    if (Array.isArray(value.nodeSelectorTerms) && value.nodeSelectorTerms.length === 0)
      yield absent('nodeSelectorTerms', 'A node selector without terms takes no node.', 'nodeSelectorTerms');
  },
  'v1.TopologySpreadConstraint': function* (value) {
    if (given(value, ['minDomains']).length > 0 && value.whenUnsatisfiable === 'ScheduleAnyway')
      yield exclusive(
        ['minDomains'],
        'Where pods are scheduled anyway, no number of domains is needed.',
        'whenUnsatisfiable: DoNotSchedule',
      );
    if (filled(value.matchLabelKeys) && given(value, ['labelSelector']).length === 0)
      yield absent('labelSelector', 'Keys of labels go with a selector.', 'labelSelector');
  },
  'v1.VolumeMount': function* (value) {
    if (value.subPath && value.subPathExpr)
      yield exclusive(['subPathExpr'], 'A path below a volume is told once.', 'one of subPath, subPathExpr');
  },
  'v1.PodResourceClaim': (value) =>
    oneOf(value, ['resourceClaimName', 'resourceClaimTemplateName'], 1, 'A claim of a pod'),
};
