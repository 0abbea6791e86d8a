import type { FieldPath } from '../../../../k8s/objects';
import {
  absent,
  exclusive,
  filled,
  given,
  items,
  atMostOne,
  exactlyOne,
  record,
  duplicates,
  texts,
  inconsistent,
  type ConsistencyCheck,
} from './consistency-check';
import type { SchemaError } from '../../schema-error';
import { POD_SOURCES } from './volume-sources';

function* containerChecks(value: Readonly<Record<string, unknown>>): Generator<SchemaError> {
  if (!given(value, ['image']).length || value.image === '')
    yield absent('image', 'A container requires an image.', 'image');
  yield* duplicates(value.ports, 'name', 'ports', ['ports']);
  yield* duplicates(value.ports, 'hostPort', 'ports', ['ports'], ({ hostPort, protocol, hostIP }) =>
    hostPort ? JSON.stringify([hostPort, protocol ?? 'TCP', hostIP ?? null]) : undefined,
  );
  for (const name of ['livenessProbe', 'startupProbe']) {
    const threshold = record(value[name]).successThreshold;
    if (typeof threshold === 'number' && threshold > 1)
      yield inconsistent(
        [name, 'successThreshold'],
        threshold,
        `The successThreshold of a ${name} is always 1.`,
        '1',
        'Remove successThreshold.',
      );
  }
  for (const { item, i } of items(value.volumeMounts)) {
    if (item.mountPropagation === 'Bidirectional' && record(value.securityContext).privileged !== true)
      yield exclusive(
        ['volumeMounts', i, 'mountPropagation'],
        'Bidirectional mount propagation requires a privileged container.',
        'privileged: true, or HostToContainer',
        'Write HostToContainer.',
      );
  }
  if (filled(value.restartPolicyRules) && !value.restartPolicy)
    yield absent('restartPolicy', 'Restart rules require a restartPolicy.', 'restartPolicy');
  if (record(value.readinessProbe).terminationGracePeriodSeconds !== undefined) {
    yield exclusive(
      ['readinessProbe', 'terminationGracePeriodSeconds'],
      'A readiness probe does not end the container, so it has no grace period.',
      'no values',
      'Remove terminationGracePeriodSeconds.',
    );
  }
}

function* podSpec(value: Readonly<Record<string, unknown>>): Generator<SchemaError> {
  if (Array.isArray(value.containers) && value.containers.length === 0)
    yield absent('containers', 'A pod requires a container.', 'containers');
  if (value.dnsPolicy === 'None' && !filled(record(value.dnsConfig).nameservers))
    yield absent(
      ['dnsConfig', 'nameservers'],
      'A pod with dnsPolicy: None requires its own name servers.',
      'nameservers',
    );
  yield* initContainers(value);
  const groups = ['initContainers', 'containers'].flatMap((group) =>
    items(value[group]).map(({ item, i }) => ({ container: item, at: [group, i] as FieldPath })),
  );
  for (const { container, at } of groups) {
    // The walk reports duplicates within one list. This check compares the two lists.
    if (
      at[0] === 'containers' &&
      typeof container.name === 'string' &&
      items(value.initContainers).some(({ item }) => item.name === container.name)
    ) {
      yield {
        code: 'item-taken',
        field: [...at, 'name'],
        message: 'A container and an init container have the same name.',
        expected: 'a unique name',
        got: container.name,
        fix: `Rename the container or the init container ${container.name}.`,
      };
    }
    for (const { item, i } of items(record(container.resources).claims)) {
      if (item.name && !items(value.resourceClaims).some(({ item: { name } }) => name === item.name))
        yield inconsistent(
          [...at, 'resources', 'claims', i, 'name'],
          item.name,
          'The pod has no resource claim with this name.',
          'the name of one of the resourceClaims',
          'Add the claim to the resourceClaims of the pod.',
        );
    }
    if (value.hostNetwork === true) {
      for (const { item, i } of items(container.ports)) {
        if (item.hostPort && item.hostPort !== item.containerPort)
          yield inconsistent(
            [...at, 'ports', i, 'hostPort'],
            item.hostPort,
            'With hostNetwork, hostPort must be equal to containerPort.',
            String(item.containerPort),
            'Remove hostPort.',
          );
      }
    }
    const seconds = record(record(record(container.lifecycle).preStop).sleep).seconds;
    const grace = value.terminationGracePeriodSeconds ?? 30;
    if (typeof seconds === 'number' && typeof grace === 'number' && seconds > grace) {
      yield inconsistent(
        [...at, 'lifecycle', 'preStop', 'sleep', 'seconds'],
        seconds,
        'The preStop sleep is longer than the grace period.',
        `at most ${grace}, the terminationGracePeriodSeconds`,
        'Shorten the sleep, or increase terminationGracePeriodSeconds.',
      );
    }
  }
}

/** A normal init container ends, so only a sidecar can have probes and hooks. */
function* initContainers(value: Readonly<Record<string, unknown>>): Generator<SchemaError> {
  for (const { item, i } of items(value.initContainers)) {
    if (item.restartPolicy === 'Always') continue;
    for (const field of given(item, ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'])) {
      yield exclusive(
        ['initContainers', i, field],
        `Only a sidecar can have ${field}; a normal init container cannot.`,
        'restartPolicy: Always',
        `Remove ${field}, or add restartPolicy: Always to make it a sidecar.`,
      );
    }
  }
}

function* selectorRequirement(value: Readonly<Record<string, unknown>>): Generator<SchemaError> {
  const { operator } = value;
  if (operator === 'In' || operator === 'NotIn') {
    if (!filled(value.values)) yield absent('values', `The operator ${operator} requires values.`, 'values');
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (filled(value.values))
      yield exclusive(
        ['values'],
        `The operator ${operator} has no values.`,
        'no values',
        'Remove the values, or write In or NotIn.',
      );
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (texts(value.values).length !== 1)
      yield inconsistent(
        ['values'],
        value.values,
        `The operator ${operator} requires exactly one number.`,
        'one whole number, as a string',
        'Write one number as a string, such as values: ["1"].',
      );
  } else if (typeof operator === 'string') {
    yield inconsistent(
      ['operator'],
      operator,
      `There is no operator ${JSON.stringify(operator)}.`,
      'In, NotIn, Exists or DoesNotExist',
      'Write operator: In, NotIn, Exists or DoesNotExist.',
    );
  }
}

export const POD: Readonly<Record<string, ConsistencyCheck>> = {
  'v1.PodSpec': podSpec,
  'v1.Container': containerChecks,
  'meta/v1.LabelSelectorRequirement': selectorRequirement,
  'v1.NodeSelectorRequirement': selectorRequirement,
  'v1.Volume': (value) => atMostOne(value, POD_SOURCES, 'A volume'),
  'v1.VolumeProjection': (value) =>
    atMostOne(
      value,
      ['secret', 'downwardAPI', 'configMap', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'],
      'A source of a projected volume',
    ),
  'v1.DownwardAPIVolumeFile': (value) => exactlyOne(value, ['fieldRef', 'resourceFieldRef'], 'A downward API file'),
  'v1.Probe': (value) => exactlyOne(value, ['exec', 'httpGet', 'tcpSocket', 'grpc'], 'A probe'),
  // A lifecycle hook has one action, like a probe.
  'v1.LifecycleHandler': (value) => exactlyOne(value, ['exec', 'httpGet', 'tcpSocket', 'sleep'], 'A lifecycle hook'),
  'v1.ExecAction': function* (value) {
    if (!filled(value.command)) yield absent('command', 'An exec action requires a command.', 'command');
  },
  'v1.EnvVar': function* (value) {
    if (typeof value.value === 'string' && value.value !== '' && given(value, ['valueFrom']).length > 0)
      yield exclusive(['valueFrom'], 'An environment variable has either a value or a source.', 'value or valueFrom');
  },
  'v1.EnvVarSource': (value) =>
    exactlyOne(
      value,
      ['configMapKeyRef', 'secretKeyRef', 'fieldRef', 'resourceFieldRef', 'fileKeyRef'],
      'The source of an environment variable',
    ),
  'v1.EnvFromSource': (value) => exactlyOne(value, ['configMapRef', 'secretRef'], 'A source of environment variables'),
  'v1.Toleration': function* (value) {
    if (value.operator === 'Exists' && value.value)
      yield exclusive(
        ['value'],
        'The operator Exists matches any value.',
        'no value',
        'Remove the value, or write Equal.',
      );
    if (!value.key && value.operator !== 'Exists')
      yield inconsistent(
        ['operator'],
        value.operator ?? null,
        'A toleration without a key requires the operator Exists.',
        'a key, or the operator Exists',
        'Add a key, or write operator: Exists.',
      );
    if (value.tolerationSeconds !== undefined && value.tolerationSeconds !== null && value.effect !== 'NoExecute')
      yield inconsistent(
        ['effect'],
        value.effect ?? null,
        'tolerationSeconds requires the effect NoExecute.',
        'NoExecute',
        'Write NoExecute, or remove tolerationSeconds.',
      );
  },
  'v1.NodeSelector': function* (value) {
    if (Array.isArray(value.nodeSelectorTerms) && value.nodeSelectorTerms.length === 0)
      yield absent('nodeSelectorTerms', 'A node selector without terms matches no node.', 'nodeSelectorTerms');
  },
  'v1.TopologySpreadConstraint': function* (value) {
    if (given(value, ['minDomains']).length > 0 && value.whenUnsatisfiable === 'ScheduleAnyway')
      yield exclusive(
        ['minDomains'],
        'minDomains has no meaning with ScheduleAnyway.',
        'whenUnsatisfiable: DoNotSchedule',
      );
    if (filled(value.matchLabelKeys) && given(value, ['labelSelector']).length === 0)
      yield absent('labelSelector', 'matchLabelKeys requires a labelSelector.', 'labelSelector');
  },
  'v1.VolumeMount': function* (value) {
    if (value.subPath && value.subPathExpr)
      yield exclusive(
        ['subPathExpr'],
        'A volume mount cannot have both subPath and subPathExpr.',
        'one of subPath, subPathExpr',
      );
  },
  'v1.PodResourceClaim': (value) =>
    exactlyOne(value, ['resourceClaimName', 'resourceClaimTemplateName'], 'A resource claim of a pod'),
};
