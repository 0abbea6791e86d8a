import {
  absent,
  exclusive,
  filled,
  given,
  items,
  exactlyOne,
  record,
  duplicates,
  texts,
  inconsistent,
  type ConsistencyCheck,
} from './consistency-check';
import type { SchemaError } from '../../schema-error';
import { dnsSubdomain } from '../formats/formats';

const service: ConsistencyCheck = function* (value) {
  const type = value.type || 'ClusterIP';
  const ports = items(value.ports);
  const headless = value.clusterIP === 'None';
  if (type === 'ExternalName') {
    if (!value.externalName)
      yield absent('externalName', 'A Service of type ExternalName requires a name.', 'externalName');
    else if (typeof value.externalName === 'string' && dnsSubdomain(value.externalName) !== undefined)
      yield inconsistent(
        ['externalName'],
        value.externalName,
        'The value is not a DNS name.',
        dnsSubdomain(value.externalName)!,
        'Write a DNS name.',
      );
    if (value.clusterIP && !headless)
      yield exclusive(['clusterIP'], 'A Service of type ExternalName has no IP address.', 'no clusterIP');
    for (const field of given(value, ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy']))
      yield exclusive([field], 'A Service of type ExternalName has no IP address.', `no ${field}`);
  } else if (ports.length === 0 && !headless) {
    yield absent('ports', 'A Service requires a port.', 'ports');
  }
  if (headless && (type === 'NodePort' || type === 'LoadBalancer'))
    yield exclusive(
      ['clusterIP'],
      `A Service of type ${type} requires an IP address, so it cannot be headless.`,
      'no clusterIP',
      'Remove clusterIP or the type.',
    );
  if (ports.length > 1) {
    for (const { item, i } of ports)
      if (!item.name)
        yield absent(['ports', i, 'name'], 'If a Service has several ports, each port requires a name.', 'name');
  }
  yield* duplicates(value.ports, 'name', 'ports', ['ports']);
  yield* duplicates(value.ports, 'nodePort', 'ports', ['ports'], ({ nodePort, protocol }) =>
    nodePort ? JSON.stringify([nodePort, protocol ?? 'TCP']) : undefined,
  );
  for (const { item, i } of ports) {
    if (item.nodePort && (type === 'ClusterIP' || type === 'ExternalName'))
      yield exclusive(
        ['ports', i, 'nodePort'],
        `A Service of type ${type as string} has no node ports.`,
        'type: NodePort',
        'Remove nodePort, or write type: NodePort.',
      );
    else if (
      typeof item.nodePort === 'number' &&
      item.nodePort !== 0 &&
      (item.nodePort < 30000 || item.nodePort > 32767)
    ) {
      yield inconsistent(
        ['ports', i, 'nodePort'],
        item.nodePort,
        'The port is outside the range of node ports.',
        '30000 to 32767',
        'Use a port of the range, or remove nodePort to get a free port.',
      );
    }
  }
  if (value.externalTrafficPolicy && (type === 'ExternalName' || (type === 'ClusterIP' && !filled(value.externalIPs))))
    yield exclusive(
      ['externalTrafficPolicy'],
      'A Service that is reachable only inside the cluster has no external traffic.',
      'type: NodePort or LoadBalancer',
      'Remove externalTrafficPolicy.',
    );
  if (type !== 'LoadBalancer') {
    const fields = filled(value.loadBalancerSourceRanges) ? ['loadBalancerSourceRanges'] : [];
    for (const field of [...fields, ...given(value, ['loadBalancerClass', 'allocateLoadBalancerNodePorts'])])
      yield exclusive(
        [field],
        `Only a Service of type LoadBalancer has ${field}.`,
        'type: LoadBalancer',
        `Remove ${field}.`,
      );
  }
  if (value.healthCheckNodePort && (type !== 'LoadBalancer' || value.externalTrafficPolicy !== 'Local'))
    yield exclusive(
      ['healthCheckNodePort'],
      'A health check port requires a LoadBalancer with a local traffic policy.',
      'type: LoadBalancer and externalTrafficPolicy: Local',
    );
  const [first] = texts(value.clusterIPs);
  if (first !== undefined && first !== value.clusterIP)
    yield inconsistent(
      ['clusterIPs', 0],
      first,
      'The first item of clusterIPs must be equal to clusterIP.',
      'the same address in both fields',
      'Remove clusterIPs.',
    );
};

const ingressPath: ConsistencyCheck = function* (value) {
  const { path, pathType } = value;
  const text = typeof path === 'string' ? path : '';
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!text.startsWith('/'))
      yield inconsistent(
        ['path'],
        path ?? null,
        'The path is not absolute.',
        'a path that starts with /',
        'Add / at the start.',
      );
    else if (/\/\/|\/\.\.?(\/|$)|%2f/i.test(text))
      yield inconsistent(
        ['path'],
        path,
        'The path contains // or a dot segment.',
        'a path such as /api/posts',
        'Remove // and dot segments.',
      );
  } else if (text !== '' && !text.startsWith('/')) {
    yield inconsistent(['path'], path, 'The path is not absolute.', 'a path that starts with /', 'Add / at the start.');
  }
};

const policyPort: ConsistencyCheck = function* ({ port, endPort }) {
  if (endPort === undefined || endPort === null) return;
  if (port === undefined || port === null) yield absent('port', 'A port range requires a first port.', 'port');
  else if (typeof port === 'string')
    yield inconsistent(
      ['endPort'],
      endPort,
      'A port range cannot start with a named port.',
      'a port number',
      'Write the number of the port.',
    );
  else if (typeof port === 'number' && typeof endPort === 'number' && endPort < port)
    yield inconsistent(['endPort'], endPort, 'endPort is less than port.', `at least ${port}`, 'Swap the two ports.');
};

const ipBlock: ConsistencyCheck = function* ({ cidr, except }) {
  if (typeof cidr !== 'string' || !Array.isArray(except)) return;
  for (const [i, part] of except.entries()) {
    if (typeof part !== 'string' || isInside(part, cidr) !== false) continue;
    yield inconsistent(
      ['except', i],
      part,
      'The exception is not a part of the block.',
      `an address range inside ${cidr}`,
      `Remove ${part} from except, or write a range inside ${cidr}.`,
    );
  }
};

/** Whether an IPv4 range is a proper part of another one, or undefined if a range is not IPv4. */
function isInside(inner: string, outer: string): boolean | undefined {
  const [a, b] = [inner, outer].map((text) => /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number));
  if (!a || !b) return undefined;
  const start = (parts: number[]) =>
    Math.floor(parts.slice(0, 4).reduce((sum, part) => sum * 256 + part, 0) / 2 ** (32 - b[4]!));
  return a[4]! > b[4]! && start(a) === start(b);
}

export const NETWORK: Readonly<Record<string, ConsistencyCheck>> = {
  'v1.ServiceSpec': service,
  'networking/v1.HTTPIngressPath': ingressPath,
  'networking/v1.HTTPIngressRuleValue': function* (value) {
    if (Array.isArray(value.paths) && value.paths.length === 0)
      yield absent('paths', 'A rule requires a path.', 'paths');
  },
  'networking/v1.IngressBackend': (value) => exactlyOne(value, ['service', 'resource'], 'A backend'),
  'networking/v1.IngressServiceBackend': function* (value) {
    const port = record(value.port);
    if (!port.name && !port.number) yield absent('port', 'A backend requires a port of its Service.', 'port');
  },
  'networking/v1.ServiceBackendPort': function* ({ name, number }) {
    if (name && number)
      yield exclusive(['number'], 'A port cannot have both a name and a number.', 'one of name, number');
  },
  'networking/v1.IngressSpec': function* (value) {
    if (given(value, ['defaultBackend']).length === 0 && !filled(value.rules))
      yield absent('rules', 'An Ingress requires a rule or a default backend.', 'one of rules, defaultBackend');
  },
  'networking/v1.NetworkPolicySpec': function* (value) {
    if (Array.isArray(value.policyTypes) && value.policyTypes.length > 2)
      yield inconsistent(
        ['policyTypes'],
        value.policyTypes,
        'A NetworkPolicy has at most two types.',
        'Ingress and Egress, each once',
        'Write policyTypes: [Ingress, Egress].',
      );
  },
  'networking/v1.NetworkPolicyPort': policyPort,
  'networking/v1.IPBlock': ipBlock,
  'networking/v1.NetworkPolicyPeer': function* (value): Generator<SchemaError> {
    const selectors = given(value, ['podSelector', 'namespaceSelector']);
    if (value.ipBlock !== undefined && value.ipBlock !== null && selectors.length > 0)
      yield exclusive(
        [selectors[0]!],
        'A peer is either an IP block or a selection of pods.',
        'ipBlock or selectors',
        'Split it into two peers.',
      );
    else if (selectors.length === 0 && given(value, ['ipBlock']).length === 0)
      yield absent(
        'podSelector',
        'A peer requires a selector or an IP block.',
        'one of podSelector, namespaceSelector, ipBlock',
      );
  },
};
