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
import { dnsSubdomain } from '../formats';

const service: Condition = function* (value) {
  const type = value.type || 'ClusterIP';
  const ports = items(value.ports);
  const headless = value.clusterIP === 'None';
  if (type === 'ExternalName') {
    if (!value.externalName)
      yield absent('externalName', 'A Service of the type ExternalName leads to a name.', 'externalName');
    else if (typeof value.externalName === 'string' && dnsSubdomain(value.externalName) !== undefined)
      yield wrong(
        ['externalName'],
        value.externalName,
        'It is no DNS name.',
        dnsSubdomain(value.externalName)!,
        'Write a DNS name.',
      );
    if (value.clusterIP && !headless)
      yield exclusive(['clusterIP'], 'An ExternalName has no address of its own.', 'no clusterIP');
    for (const field of given(value, ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy']))
      yield exclusive([field], 'An ExternalName has no address of its own.', `no ${field}`);
  } else if (ports.length === 0 && !headless) {
    yield absent('ports', 'A Service needs a port.', 'ports');
  }
  if (headless && (type === 'NodePort' || type === 'LoadBalancer'))
    yield exclusive(
      ['clusterIP'],
      `A Service of the type ${type} needs an address, so it cannot be headless.`,
      'no clusterIP',
      'Take clusterIP out, or the type.',
    );
  if (ports.length > 1) {
    for (const { item, i } of ports)
      if (!item.name)
        yield absent(['ports', i, 'name'], 'Where a Service has several ports, each needs a name.', 'name');
  }
  yield* taken(value.ports, 'name', 'ports', ['ports']);
  yield* taken(value.ports, 'nodePort', 'ports', ['ports'], ({ nodePort, protocol }) =>
    nodePort ? JSON.stringify([nodePort, protocol ?? 'TCP']) : undefined,
  );
  for (const { item, i } of ports) {
    if (item.nodePort && (type === 'ClusterIP' || type === 'ExternalName'))
      yield exclusive(
        ['ports', i, 'nodePort'],
        `A Service of the type ${type as string} has no port on the nodes.`,
        'type: NodePort',
        'Take nodePort out, or write type: NodePort.',
      );
    else if (
      typeof item.nodePort === 'number' &&
      item.nodePort !== 0 &&
      (item.nodePort < 30000 || item.nodePort > 32767)
    ) {
      yield wrong(
        ['ports', i, 'nodePort'],
        item.nodePort,
        'The nodes keep other ports for Services.',
        '30000 to 32767',
        'Choose one of those, or leave it out to get a free one.',
      );
    }
  }
  if (value.externalTrafficPolicy && (type === 'ExternalName' || (type === 'ClusterIP' && !filled(value.externalIPs))))
    yield exclusive(
      ['externalTrafficPolicy'],
      'A Service that only the cluster reaches has no traffic from outside.',
      'type: NodePort or LoadBalancer',
      'Take it out.',
    );
  if (type !== 'LoadBalancer') {
    const fields = filled(value.loadBalancerSourceRanges) ? ['loadBalancerSourceRanges'] : [];
    for (const field of [...fields, ...given(value, ['loadBalancerClass', 'allocateLoadBalancerNodePorts'])])
      yield exclusive([field], `Only a LoadBalancer has ${field}.`, 'type: LoadBalancer', 'Take it out.');
  }
  if (value.healthCheckNodePort && (type !== 'LoadBalancer' || value.externalTrafficPolicy !== 'Local'))
    yield exclusive(
      ['healthCheckNodePort'],
      'Only a LoadBalancer whose traffic stays on its node asks the nodes.',
      'type: LoadBalancer and externalTrafficPolicy: Local',
    );
  const [first] = texts(value.clusterIPs);
  if (first !== undefined && first !== value.clusterIP)
    yield wrong(
      ['clusterIPs', 0],
      first,
      'The first address is that of clusterIP.',
      'the same in both',
      'Take clusterIPs out.',
    );
};

const ingressPath: Condition = function* (value) {
  const { path, pathType } = value;
  const text = typeof path === 'string' ? path : '';
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!text.startsWith('/'))
      yield wrong(['path'], path ?? null, 'A path is absolute.', 'a path that begins with /', 'Begin it with /.');
    else if (/\/\/|\/\.\.?(\/|$)|%2f/i.test(text))
      yield wrong(
        ['path'],
        path,
        'A path is plain: it holds neither // nor dots.',
        'a path such as /api/posts',
        'Write it plainly.',
      );
  } else if (text !== '' && !text.startsWith('/')) {
    yield wrong(['path'], path, 'A path is absolute.', 'a path that begins with /', 'Begin it with /.');
  }
};

const policyPort: Condition = function* ({ port, endPort }) {
  if (endPort === undefined || endPort === null) return;
  if (port === undefined || port === null) yield absent('port', 'A range of ports needs its first.', 'port');
  else if (typeof port === 'string')
    yield wrong(
      ['endPort'],
      endPort,
      'A range of ports begins with a number, never with a name.',
      'a port that is a number',
      'Write the number of the port.',
    );
  else if (typeof port === 'number' && typeof endPort === 'number' && endPort < port)
    yield wrong(
      ['endPort'],
      endPort,
      'A range of ports ends before it begins.',
      `at least ${port}`,
      'Exchange the two.',
    );
};

const ipBlock: Condition = function* ({ cidr, except }) {
  if (typeof cidr !== 'string' || !Array.isArray(except)) return;
  for (const [i, part] of except.entries()) {
    if (typeof part !== 'string' || isInside(part, cidr) !== false) continue;
    yield wrong(
      ['except', i],
      part,
      'Only a part of the block can be taken out of it.',
      `addresses within ${cidr}`,
      'Take it out: it was never in.',
    );
  }
};

/** Whether addresses of IPv4 lie in others, and are fewer; undefined of what cannot be told. */
function isInside(inner: string, outer: string): boolean | undefined {
  const [a, b] = [inner, outer].map((text) => /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number));
  if (!a || !b) return undefined;
  const start = (parts: number[]) =>
    Math.floor(parts.slice(0, 4).reduce((sum, part) => sum * 256 + part, 0) / 2 ** (32 - b[4]!));
  return a[4]! > b[4]! && start(a) === start(b);
}

export const NETWORK: Readonly<Record<string, Condition>> = {
  'v1.ServiceSpec': service,
  'networking/v1.HTTPIngressPath': ingressPath,
  'networking/v1.HTTPIngressRuleValue': function* (value) {
    if (Array.isArray(value.paths) && value.paths.length === 0)
      yield absent('paths', 'A rule without paths leads nowhere.', 'paths');
  },
  'networking/v1.IngressBackend': (value) => oneOf(value, ['service', 'resource'], 1, 'A backend'),
  'networking/v1.IngressServiceBackend': function* (value) {
    const port = record(value.port);
    if (!port.name && !port.number) yield absent('port', 'A backend names a port of its Service.', 'port');
  },
  'networking/v1.ServiceBackendPort': function* ({ name, number }) {
    if (name && number)
      yield exclusive(['number'], 'A port has name and number, which exclude each other.', 'one of name, number');
  },
  'networking/v1.IngressSpec': function* (value) {
    if (given(value, ['defaultBackend']).length === 0 && !filled(value.rules))
      yield absent('rules', 'An Ingress without rules leads nowhere.', 'one of rules, defaultBackend');
  },
  'networking/v1.NetworkPolicySpec': function* (value) {
    if (Array.isArray(value.policyTypes) && value.policyTypes.length > 2)
      yield wrong(
        ['policyTypes'],
        value.policyTypes,
        'A policy has two types at most.',
        'Ingress and Egress, each once',
        'Name each once.',
      );
  },
  'networking/v1.NetworkPolicyPort': policyPort,
  'networking/v1.IPBlock': ipBlock,
  'networking/v1.NetworkPolicyPeer': function* (value): Generator<Fault> {
    const selectors = given(value, ['podSelector', 'namespaceSelector']);
    if (value.ipBlock !== undefined && value.ipBlock !== null && selectors.length > 0)
      yield exclusive(
        [selectors[0]!],
        'A peer is a block of addresses or pods, never both.',
        'ipBlock, or selectors',
        'Make two peers of them.',
      );
    else if (selectors.length === 0 && given(value, ['ipBlock']).length === 0)
      yield absent('podSelector', 'A peer says who it is.', 'one of podSelector, namespaceSelector, ipBlock');
  },
};
