import { check } from '../../../src/check/check';
import { defineApp, EventLog, type EventLogOptions, Image, Microservice, Namespace, Task } from '../../../src/index';
import { Chart, type App } from 'cdk8s';
import { graphOf } from '../../../src/links/graph';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf } from '../render';

const image = Image.of('shop/bus:1');

/** An event bus with its log, and another microservice. */
function declare(scope: Chart, options: EventLogOptions = {}, id = 'log') {
  new Namespace(scope, 'shop');
  const log = new EventLog(scope, id, options);
  const bus = new Microservice(scope, 'bus', { image }).keepsLogIn(log);
  const web = new Microservice(scope, 'web', { image }).calls(bus);
  return { log, bus, web };
}

function render(options: EventLogOptions = {}, id = 'log') {
  const app = chart((scope) => {
    declare(scope, options, id);
  });
  const objects = objectsOf(app);
  const set = find(objects, 'StatefulSet', id);
  const pod = set.spec.template.spec;
  const container = pod.containers[0];
  return { app, objects, set, pod, container, configuration: configurationIn(objects, id) };
}

function configurationIn(objects: ReturnType<typeof objectsOf>, id: string): string {
  return find(objects, 'ConfigMap', id).data['nats-server.conf'] as string;
}

const manifestsOf = (app: App) => synthesize(app).flatMap(({ manifests }) => manifests);
const variablesOf = (objects: ReturnType<typeof objectsOf>, name = 'bus') =>
  find(objects, 'Deployment', name).spec.template.spec.containers[0].env;

test('by default it is three servers that start together, each with a claim that is retained', () => {
  const { objects, set, pod, container } = render();
  expect(set.spec).toMatchObject({
    serviceName: 'log',
    replicas: 3,
    podManagementPolicy: 'Parallel',
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  });
  expect(find(objects, 'Service', 'log').spec).toMatchObject({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    ports: [
      { name: 'nats', port: 4222 },
      { name: 'cluster', port: 6222 },
    ],
  });
  expect(find(objects, 'PodDisruptionBudget', 'log').spec).toMatchObject({
    maxUnavailable: 1,
    selector: { matchLabels: set.spec.selector.matchLabels },
  });
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsUser: 1000, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    topologySpreadConstraints: [
      {
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: set.spec.selector.matchLabels },
      },
    ],
  });
  expect(container).toMatchObject({
    image: 'nats:2.15',
    args: ['--config', '/etc/nats/nats-server.conf'],
    securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  });
});

test('the check finds nothing to improve, with one, three and five servers', () => {
  for (const servers of [1, 3, 5]) expect(check(manifestsOf(render({ servers }).app), 'hardened')).toEqual([]);
});

test('a rollout waits until a server has all events; a server that is alive needs no other one', () => {
  const { startupProbe, readinessProbe, livenessProbe } = render().container;
  const paths = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => [httpGet.path, httpGet.port]);
  expect(paths).toEqual([
    ['/healthz', 8222],
    ['/healthz?js-server-only=true', 8222],
    ['/healthz?js-enabled-only=true', 8222],
  ]);
  expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(3600);
});

test('a server of a cluster stops in lame duck mode, and has more time than it needs; a single server just stops', () => {
  const { container, pod, configuration } = render();
  expect(container.lifecycle.preStop.exec.command).toEqual(['nats-server', '--signal', 'ldm=1']);
  const seconds = Number(/lame_duck_duration: (\d+)s/.exec(configuration)![1]);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(seconds + 20);
  const single = render({ servers: 1 });
  expect(single.container).not.toHaveProperty('lifecycle');
  expect(single.configuration).not.toMatch(/lame_duck|cluster/);
});

test('the configuration of three servers', () => {
  expect(render({ storage: '10Gi' }).configuration).toMatchInlineSnapshot(`
"server_name: $SERVER_NAME
port: 4222
http_port: 8222
max_payload: 1048576

jetstream {
  store_dir: "/data"
  # An event is on the disk before its publisher gets the confirmation.
  sync_interval: always
  max_file_store: 8589934592
  # Streams in memory would not survive a restart.
  max_memory_store: 0
}

accounts {
  LOG {
    jetstream: enabled
    users: [{ user: event-log, password: $PASSWORD }]
  }
  SYS {
    users: [{ user: system, password: $SYSTEM_PASSWORD }]
  }
}
system_account: SYS

# A server that stops first hands over its streams. Then it closes the connections of its clients, one after the other.
lame_duck_grace_period: 5s
lame_duck_duration: 30s

cluster {
  name: "log"
  port: 6222
  # Clients know the names of all servers. Addresses of pods would become outdated.
  no_advertise: true
  authorization { user: routes, password: $ROUTES_PASSWORD }
  routes: [$ROUTE_0, $ROUTE_1, $ROUTE_2]
}
"
`);
});

test('one server has no cluster: no routes, no policy for them, no budget', () => {
  const { objects, container, configuration } = render({ servers: 1 });
  expect(objects.filter(({ metadata }) => metadata.name === 'log-cluster')).toEqual([]);
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).not.toContain('PodDisruptionBudget log');
  expect(container.ports.map(({ name }: { name: string }) => name)).toEqual(['nats', 'monitor']);
  expect(find(objects, 'Service', 'log').spec.ports).toHaveLength(1);
  expect(configuration).toContain('max_file_store: 858993459\n');
  expect(JSON.stringify(container.env)).not.toMatch(/ROUTE/);
});

test('no manifest contains a password; each value that the server parses is in quotes', () => {
  const { objects, container } = render();
  expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  const job = objects.find(({ kind }) => kind === 'Job')!;
  const keys = ['password', 'system-password', 'routes-password'];
  expect(JSON.parse(job.metadata.annotations!['callsign.dev/makes-secret']!)).toEqual({ log: keys });
  const env = container.env as { name: string; value?: string; valueFrom?: { secretKeyRef?: object } }[];
  expect(env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])).toEqual(
    keys.map((key) => ({ name: 'log', key })),
  );
  const values = env.filter(({ value }) => value?.includes('$('));
  expect(values.map(({ name }) => name)).toEqual([
    'PASSWORD',
    'SYSTEM_PASSWORD',
    'ROUTES_PASSWORD',
    'ROUTE_0',
    'ROUTE_1',
    'ROUTE_2',
  ]);
  for (const { value } of values) expect(value).toMatch(/^".*"$/);
  expect(values.at(-1)!.value).toBe('"nats://routes:$(ROUTES_PASSWORD_TEXT)@log-2.log:6222"');
});

test('the configuration names only variables of the container', () => {
  for (const servers of [1, 3, 5]) {
    const { container, configuration } = render({ servers });
    const names = new Set(container.env.map(({ name }: { name: string }) => name));
    const used = [...configuration.matchAll(/\$(\w+)/g)].map(([, name]) => name!);
    expect(used.length).toBeGreaterThanOrEqual(3);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  }
});

test('callers get each server, the login, and the number of servers that store a stream', () => {
  const env = (servers: number) => variablesOf(render({ servers }).objects).slice(1, 5);
  expect(env(3)).toEqual([
    { name: 'EVENT_LOG_SERVERS', value: 'log-0.log:4222,log-1.log:4222,log-2.log:4222' },
    { name: 'EVENT_LOG_USER', value: 'event-log' },
    { name: 'EVENT_LOG_PASSWORD', valueFrom: { secretKeyRef: { name: 'log', key: 'password' } } },
    { name: 'EVENT_LOG_REPLICAS', value: '3' },
  ]);
  expect([1, 5].map((servers) => [env(servers)[0].value.split(',').length, env(servers)[3].value])).toEqual([
    [1, '1'],
    [5, '5'],
  ]);
});

test('calls and callsAs set the variables with another prefix', () => {
  const objects = objectsOf(
    chart((scope) => {
      const log = new EventLog(scope, 'audit-log');
      new Microservice(scope, 'bus', { image }).calls(log).callsAs('AUDIT', log);
    }),
  );
  const names = variablesOf(objects).map(({ name }: { name: string }) => name);
  expect(names.filter((name: string) => name.endsWith('_SERVERS'))).toEqual(['AUDIT_LOG_SERVERS', 'AUDIT_SERVERS']);
});

describe('the policies', () => {
  const { objects, set } = render();
  const labels = set.spec.selector.matchLabels;
  const bus = { 'app.kubernetes.io/name': 'bus', 'app.kubernetes.io/instance': 'shop' };
  const tcp = (port: number) => [{ port, protocol: 'TCP' }];

  test('only callers reach the port for clients', () => {
    const { spec } = find(objects, 'NetworkPolicy', 'log');
    expect(spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: bus } }], ports: tcp(4222) }]);
    expect(spec.egress.slice(1)).toEqual([]);
    const { egress } = find(objects, 'NetworkPolicy', 'bus').spec;
    expect(egress).toContainEqual({ to: [{ podSelector: { matchLabels: labels } }], ports: tcp(4222) });
    expect(JSON.stringify(find(objects, 'NetworkPolicy', 'web').spec)).not.toContain('4222');
  });

  test('the servers reach each other, on one port', () => {
    const peers = [{ podSelector: { matchLabels: labels } }];
    expect(find(objects, 'NetworkPolicy', 'log-cluster').spec).toEqual({
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: peers, ports: tcp(6222) }],
      egress: [{ to: peers, ports: tcp(6222) }],
    });
  });

  test('nothing reaches the port for the probes', () => {
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.length).toBeGreaterThan(3);
    expect(JSON.stringify(policies)).not.toContain('8222');
  });

  test('the check proves the calls between the servers too', () => {
    const app = chart((scope) => {
      declare(scope).log.objects.clusterPolicy.delete();
    });
    const found = check(manifestsOf(app));
    expect(found.map(({ code, object }) => `${code} ${object}`)).toContain('call-blocked StatefulSet shop/log');
  });
});

test('the graph has the log as a database, and its caller starts after it', () => {
  const { nodes, edges } = graphOf(render().app);
  expect(nodes).toContainEqual({ id: 'shop/log', name: 'log', namespace: 'shop', kind: 'database' });
  expect(edges).toContainEqual({ from: 'shop/bus', to: 'shop/log' });
});

test('a task that calls the log waits for it', () => {
  const objects = objectsOf(
    chart((scope) => {
      new Task(scope, 'copy', { image }).calls(new EventLog(scope, 'log'));
    }),
  );
  const job = objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('copy-')) as unknown as {
    spec: { template: { spec: { initContainers: { name: string; env: object[] }[] } } };
  };
  const wait = job.spec.template.spec.initContainers.find(({ name }) => name === 'wait')!;
  expect(wait.env).toContainEqual({ name: 'DATABASES', value: 'log:4222' });
});

test('a changed configuration replaces the pods', () => {
  const hash = (options: EventLogOptions) =>
    render(options).set.spec.template.metadata.annotations['callsign.dev/config-hash'];
  expect(hash({})).toMatch(/^[0-9a-f]{12}$/);
  expect(hash({})).toBe(hash({}));
  expect(hash({ storage: '2Gi' })).not.toBe(hash({}));
});

test('every option sets its fields', () => {
  const { set, container, objects } = render({
    servers: 5,
    image: Image.of('registry.example.com/nats:2.15.1'),
    storage: '50Gi',
    storageClass: 'fast',
    resources: { cpu: '1', memory: '512Mi', memoryLimit: '1Gi' },
    passwordImage: Image.of('node:24.9.0-slim'),
  });
  expect(set.spec.replicas).toBe(5);
  expect(set.spec.volumeClaimTemplates[0].spec).toMatchObject({
    storageClassName: 'fast',
    resources: { requests: { storage: '50Gi' } },
  });
  expect(container).toMatchObject({
    image: 'registry.example.com/nats:2.15.1',
    resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { memory: '1Gi' } },
  });
  // 80 % of 1Gi.
  expect(container.env).toContainEqual({ name: 'GOMEMLIMIT', value: '858993459' });
  const job = objects.find(({ kind }) => kind === 'Job');
  expect(JSON.stringify(job)).toContain('node:24.9.0-slim');
});

test('an environment and the shell change the options', () => {
  const app = defineApp<{ log: EventLog }>(
    (root) => {
      declare(new Chart(root, 'shop', { namespace: 'shop' }));
    },
    { prod: { log: { servers: 5, storage: '20Gi' } } },
  );
  const set = (environment?: string, shell?: Record<string, string>) =>
    find(objectsOf(app.make(environment, shell)), 'StatefulSet', 'log').spec;
  expect([set().replicas, set('prod').replicas]).toEqual([3, 5]);
  const shell = {
    CALLSIGN_LOG_SERVERS: '1',
    CALLSIGN_LOG_STORAGE: '30Gi',
    CALLSIGN_LOG_STORAGECLASS: 'fast',
    CALLSIGN_LOG_RESOURCES_MEMORYLIMIT: '2Gi',
    CALLSIGN_LOG_IMAGE: 'nats:2.15.2',
  };
  const changed = set('prod', shell);
  expect(changed.replicas).toBe(1);
  expect(changed.volumeClaimTemplates[0].spec).toMatchObject({
    storageClassName: 'fast',
    resources: { requests: { storage: '30Gi' } },
  });
  expect(changed.template.spec.containers[0]).toMatchObject({
    image: 'nats:2.15.2',
    resources: { limits: { memory: '2Gi' } },
  });
  expect(app.make('prod', shell).explain('log.servers')).toEqual([
    { value: 3, source: 'the default' },
    { value: 5, source: 'the environment prod' },
    { value: 1, source: 'the variable CALLSIGN_LOG_SERVERS' },
  ]);
});

test('each object can be patched', () => {
  const app = chart((scope) => {
    const { objects } = declare(scope).log;
    objects.statefulSet.patch(({ spec }) => {
      spec.template.spec!.topologySpreadConstraints![0]!.whenUnsatisfiable = 'DoNotSchedule';
    });
    objects.service.merge({ metadata: { annotations: { 'example.com/owner': 'blue' } } });
    objects.configMap.patch((map) => {
      map.data!['nats-server.conf'] += 'max_connections: 100\n';
    });
    objects.podDisruptionBudget.delete();
  });
  const objects = objectsOf(app);
  const { template } = find(objects, 'StatefulSet', 'log').spec;
  expect(template.spec.topologySpreadConstraints[0].whenUnsatisfiable).toBe('DoNotSchedule');
  expect(find(objects, 'Service', 'log').metadata.annotations).toEqual({ 'example.com/owner': 'blue' });
  expect(configurationIn(objects, 'log')).toMatch(/\nmax_connections: 100\n$/);
  expect(template.metadata.annotations).not.toEqual(render().set.spec.template.metadata.annotations);
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).not.toContain('PodDisruptionBudget log');
});

test('a log without servers has no objects, and calls to it change nothing', () => {
  const app = chart((scope) => {
    const { log, web } = declare(scope, { servers: 0 });
    web.calls(log);
  });
  const objects = objectsOf(app);
  expect(objects.filter(({ metadata }) => metadata.name.startsWith('log'))).toEqual([]);
  expect(variablesOf(objects).some(({ name }: { name: string }) => name.startsWith('EVENT_LOG'))).toBe(false);
  expect(variablesOf(objects, 'web').some(({ name }: { name: string }) => name.startsWith('LOG_'))).toBe(false);
  expect(graphOf(app).nodes.map(({ name }) => name)).toEqual(['bus', 'web']);
});

test('an environment adds servers to a log without servers', () => {
  const app = defineApp<{ log: EventLog }>(
    (root) => {
      const scope = new Chart(root, 'shop', { namespace: 'shop' });
      declare(scope, { servers: 0 });
    },
    { prod: { log: { servers: 3 } } },
  );
  const sets = (environment?: string) => objectsOf(app.make(environment)).filter(({ kind }) => kind === 'StatefulSet');
  expect([sets().length, sets('prod').length]).toEqual([0, 1]);
});
