import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressesIn } from '../../src/check/world/network/hosts';
import type { KubeObject } from '../../src/k8s/objects';
import { toYaml } from '../../src/synth/yaml';
import app from '../../src/charts/app';
import { find, objectsOf } from '../constructs/render';
import { ALL_CHARTS } from './all';

const SERVICES = ['posts', 'comments', 'event-bus', 'query', 'moderation', 'web'];
const objects = objectsOf(ALL_CHARTS.blog!());
const text = objects.map(toYaml).join('---\n');

test.each(SERVICES)('%s has a Deployment, and a Service on port 80 that names the port of the container', (name) => {
  const [container] = find(objects, 'Deployment', name).spec.template.spec.containers;
  expect(container.ports[0]).toEqual({ name: 'http', containerPort: 8080, protocol: 'TCP' });
  expect(find(objects, 'Service', name).spec).toMatchObject({
    type: 'ClusterIP',
    ports: [{ name: 'http', port: 80, targetPort: 'http' }],
  });
});

test('the database is a StatefulSet with a claim, there is one Ingress, and the namespace comes first', () => {
  expect(find(objects, 'StatefulSet', 'postgres').spec.volumeClaimTemplates).toHaveLength(1);
  expect(objects.filter(({ kind }) => kind === 'Ingress')).toHaveLength(1);
  expect(objects[0]).toMatchObject({
    kind: 'Namespace',
    metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
});

test('the bus knows its subscribers by name, without ports, addresses or replicas', () => {
  const env = find(objects, 'Deployment', 'event-bus').spec.template.spec.containers[0].env as {
    name: string;
    value?: string;
  }[];
  const value = (name: string) => env.find((variable) => variable.name === name)?.value;
  expect(value('SUBSCRIBERS')).toBe('posts,comments,moderation,query');
  expect(['POSTS', 'COMMENTS', 'MODERATION', 'QUERY'].map((name) => value(`${name}_URL`))).toEqual([
    'http://posts-events',
    'http://comments-events',
    'http://moderation-events',
    'http://query-events',
  ]);
});

test('only the bus reaches the ports for events, and only Prometheus the ports for health checks and metrics', () => {
  for (const name of SERVICES) {
    const { ports } = find(objects, 'Deployment', name).spec.template.spec.containers[0];
    const numbers = Object.fromEntries(
      ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
    );
    const rules = find(objects, 'NetworkPolicy', name).spec.ingress as {
      from: { podSelector?: { matchLabels: Record<string, string> }; namespaceSelector?: object }[];
      ports: { port: number }[];
    }[];
    const into = (port: number) => rules.filter((rule) => rule.ports.some((one) => one.port === port));
    const prometheus = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
    // The page has no metrics.
    expect(into(numbers.health).flatMap(({ from }) => from)).toEqual(name === 'web' ? [] : [prometheus]);
    const callers = numbers.events ? into(numbers.events).flatMap(({ from }) => from) : [];
    const bus = { 'app.kubernetes.io/name': 'event-bus', 'app.kubernetes.io/instance': 'blog' };
    expect(callers).toEqual(numbers.events ? [{ podSelector: { matchLabels: bus } }] : []);
    for (const { from, ports: open } of rules)
      for (const { namespaceSelector } of from)
        if (namespaceSelector && open.every(({ port }) => port !== numbers.health))
          expect(namespaceSelector).toEqual({ matchLabels: { 'kubernetes.io/metadata.name': 'traefik' } });
  }
});

test('URLs between services have no port, and the manifests contain no address and no secret', () => {
  expect(text.match(/https?:\/\/[^\s/"'`$]+:\d+/g)).toBeNull();
  expect(text.match(/\b\d{1,3}(\.\d{1,3}){3}\b/g)).toBeNull();
  expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  const passwords = variables(objects).filter(({ name }) => /PASSWORD|TOKEN|SECRET_/.test(name));
  expect(passwords.length).toBeGreaterThan(0);
  expect(passwords.every(({ value, valueFrom }) => value === undefined && valueFrom !== undefined)).toBe(true);
  expect(addressesIn(text).map(({ host }) => host)).not.toContain('localhost');
});

test('scaling is one number: it changes one line of the manifests', () => {
  const path = join(__dirname, '../../src/charts/blog/comments.ts');
  expect(readFileSync(path, 'utf8').match(/replicas: \d+/g)).toHaveLength(1);
  const deployment = find(objects, 'Deployment', 'comments');
  const scaled = toYaml({ ...deployment, spec: { ...deployment.spec, replicas: 5 } }).split('\n');
  const lines = toYaml(deployment).split('\n');
  expect(scaled.filter((line, i) => line !== lines[i])).toEqual(['  replicas: 5']);
});

test('more replicas of two services do not restart the database or change another service', () => {
  const scaled = objectsOf(app.make(undefined, { CALLSIGN_COMMENTS_REPLICAS: '6', CALLSIGN_EVENT_BUS_REPLICAS: '5' }));
  const changed = scaled.filter((object, i) => toYaml(object) !== toYaml(objects[i]!));
  expect(changed.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Deployment comments',
    'Deployment event-bus',
  ]);
});

function variables(all: KubeObject[]): { name: string; value?: string; valueFrom?: object }[] {
  const list = (object: KubeObject) =>
    (object as { spec?: { template?: { spec?: { containers?: { env?: [] }[] } } } }).spec?.template?.spec?.containers ??
    [];
  return all.flatMap((object) => list(object).flatMap(({ env }) => env ?? []));
}
