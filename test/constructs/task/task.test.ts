import { Chart } from 'cdk8s';
import {
  CronTask,
  Database,
  defineApp,
  Image,
  Microservice,
  StaticSite,
  Task,
  Volume,
  graphOf,
  type CronTaskOptions,
  type Environment,
  type TaskOptions,
} from '../../../src/index';
import { check } from '../../../src/check/check';
import { serviceImages } from '../../../src/images/docker/build';
import type { KubeObject } from '../../../src/k8s/objects';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/orders:1.0.0');
type Named = readonly { readonly name: string }[];
const names = (list: Named = []) => list.map(({ name }) => name);

interface Declared {
  readonly options?: Partial<TaskOptions>;
  /** Changes what the task has, after it is declared. */
  readonly change?: (task: Task, scope: Chart) => void;
}

/** A microservice that waits for a migration of its database. */
function shop({ options = {}, change }: Declared = {}) {
  return chart((scope) => {
    const database = new Database(scope, 'orders-db');
    const orders = new Microservice(scope, 'orders', { image, database });
    const migration = new Task(scope, 'migration', {
      image,
      args: ['migrate'],
      database,
      before: [orders],
      ...options,
    });
    change?.(migration, scope);
  });
}
const jobOf = (objects: KubeObject[], name = 'migration') =>
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read any field
  objects.find(({ kind, metadata }) => kind === 'Job' && metadata.labels?.['app.kubernetes.io/name'] === name) as any;
const job = (declared?: Declared) => jobOf(objectsOf(shop(declared)));

describe('a task', () => {
  test('is a Job that waits, runs the program without a token, and records its success', () => {
    const { spec } = job();
    expect(spec).toMatchObject({ backoffLimit: 3, activeDeadlineSeconds: 3600, podReplacementPolicy: 'Failed' });
    expect(spec.podFailurePolicy.rules).toEqual([
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ]);
    const pod = spec.template.spec;
    expect(pod).toMatchObject({ restartPolicy: 'Never', automountServiceAccountToken: false });
    expect(names(pod.initContainers)).toEqual(['wait', 'migration']);
    expect(names(pod.containers)).toEqual(['record']);
    const [wait, program] = pod.initContainers;
    expect(program).toMatchObject({ image: 'shop/orders:1.0.0', args: ['migrate'] });
    expect(names(program.env)).toEqual(expect.arrayContaining(['DATABASE_HOST', 'DATABASE_PASSWORD']));
    const token = { name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true };
    expect(wait.volumeMounts).toEqual([token]);
    expect(pod.containers[0].volumeMounts).toEqual([token]);
    expect(names(program.volumeMounts)).not.toContain('token');
    expect(wait.env).toContainEqual({ name: 'DATABASES', value: 'orders-db:5432' });
    expect(spec.template.metadata.annotations).toEqual({ 'kubectl.kubernetes.io/default-container': 'migration' });
  });

  test('the pods of a part wait for the key that this version of the task adds', () => {
    const objects = objectsOf(shop());
    const { metadata } = jobOf(objects);
    expect(metadata.name).toMatch(/^migration-[0-9a-f]{8}$/);
    const { env } = find(objects, 'Deployment', 'orders').spec.template.spec.containers[0];
    expect(env).toContainEqual({
      name: 'MIGRATION_DONE',
      valueFrom: { configMapKeyRef: { name: 'migration-done', key: metadata.name } },
    });
    expect(find(objects, 'ConfigMap', 'migration-done')).not.toHaveProperty('data');
    expect(metadata.annotations).toEqual({
      'callsign.dev/fills-config-map': JSON.stringify({ 'migration-done': [metadata.name] }),
    });
  });

  test('of a database with roles, it logs in as the part that waits for it, when the role exists', () => {
    const change: Declared['change'] = (_, scope) => {
      const reports = new Microservice(scope, 'reports', { image });
      const database = scope.node.findChild('orders-db') as Database;
      reports.calls(database);
      database.grants(reports, 'read', scope.node.findChild('orders') as Microservice);
    };
    const [wait, program] = job({ change }).spec.template.spec.initContainers;
    expect(wait.env).toContainEqual({ name: 'ROLES', value: 'orders-db-roles' });
    expect(program.env).toContainEqual({ name: 'DATABASE_USER', value: 'orders' });
    const [alone, asOwner] = job().spec.template.spec.initContainers;
    expect(names(alone.env)).not.toContain('ROLES');
    expect(asOwner.env).toContainEqual({ name: 'DATABASE_USER', value: 'orders_db' });
  });

  test('its steps may only do what they need', () => {
    expect(find(objectsOf(shop()), 'Role', 'migration-steps').rules).toEqual([
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'delete'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['migration-done'], verbs: ['get', 'patch'] },
    ]);
  });

  test('a changed image, option, file, call or patch is a new version; other options are not', () => {
    const before = job().metadata.name;
    const changes: Declared[] = [
      { options: { image: Image.of('shop/orders:1.0.1') } },
      { options: { args: ['migrate', '--all'] } },
      { options: { env: { LEVEL: 'debug' } } },
      { options: { files: { '/etc/orders/seed.sql': 'SELECT 1;' } } },
      { change: (task, scope) => task.calls(new Microservice(scope, 'stock', { image })) },
      { change: (task) => task.objects.job.merge({ spec: { template: { spec: { schedulerName: 'fast' } } } }) },
    ];
    const after = changes.map((change) => job(change).metadata.name);
    expect(new Set([before, ...after]).size).toBe(changes.length + 1);
    expect(job({ options: { retries: 7, deadline: 60 } }).metadata.name).toBe(before);
    expect(job({ options: { retries: 7, deadline: 60 } }).spec).toMatchObject({
      backoffLimit: 7,
      activeDeadlineSeconds: 60,
    });
    const text = (line: string) => ({ options: { files: { '/etc/orders/seed.sql': line } } });
    expect(job(text('SELECT 1;')).metadata.name).not.toBe(job(text('SELECT 2;')).metadata.name);
  });

  test('has all options of a program', () => {
    const volume = (scope: Chart) => new Volume(scope, 'exports', {});
    const objects = objectsOf(
      chart((scope) => {
        new Task(scope, 'export', {
          image,
          command: ['export'],
          workingDir: '/app',
          user: 1234,
          pool: 2,
          volumes: { '/exports': volume(scope) },
          writable: ['/var/tmp'],
          resources: { cpu: '1', memory: '1Gi', memoryLimit: '2Gi' },
          pod: { nodeSelector: { disk: 'ssd' }, labels: { team: 'orders' } },
          serviceAccount: { annotations: { 'example.com/role': 'export' } },
          initContainers: { fetch: { image: Image.of('shop/fetch:1.0.0') } },
          sidecars: { proxy: { image: Image.of('shop/proxy:1.0.0') } },
          waitImage: Image.of('node:24.1-slim'),
        });
      }),
    );
    const { spec, metadata } = jobOf(objects, 'export').spec.template;
    expect(metadata.labels).toMatchObject({ team: 'orders' });
    expect(spec).toMatchObject({ nodeSelector: { disk: 'ssd' }, securityContext: { runAsUser: 1234 } });
    expect(names(spec.initContainers)).toEqual(['wait', 'proxy', 'fetch', 'export']);
    const program = spec.initContainers.at(-1);
    expect(program).toMatchObject({
      command: ['export'],
      workingDir: '/app',
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
    });
    expect(program.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([
      '/var/tmp',
      '/exports',
    ]);
    expect(spec.initContainers[0].image).toBe('node:24.1-slim');
    expect(find(objects, 'ServiceAccount', 'export').metadata.annotations).toEqual({ 'example.com/role': 'export' });
  });

  test.each(['image', 'as-in-docker'] as const)(
    'with runAs: %s, only the program has the user of its image',
    (runAs) => {
      const reason = 'The image changes its own files, and belongs to another user.';
      const objects = objectsOf(shop({ options: { exceptions: [{ runAs, reason }] } }));
      const { metadata, spec } = jobOf(objects);
      expect(JSON.parse(metadata.annotations['callsign.dev/exceptions'])).toMatchObject([{ container: 'migration' }]);
      const pod = spec.template.spec;
      expect(pod.securityContext).not.toHaveProperty('runAsUser');
      expect(pod.initContainers[1].securityContext).not.toHaveProperty('runAsUser');
      for (const step of [pod.initContainers[0], pod.containers[0]])
        expect(step.securityContext).toMatchObject({ runAsUser: 1000, readOnlyRootFilesystem: true });
    },
  );

  test('may() gives the program a token too', () => {
    const objects = objectsOf(shop({ change: (task) => task.may('get', 'pods') }));
    expect(jobOf(objects).spec.template.spec.automountServiceAccountToken).toBe(true);
    expect(find(objects, 'Role', 'migration').rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    ]);
  });

  test('its images are built', () => {
    const own = Image.service('posts');
    const app = chart((scope) => new Task(scope, 'migration', { image: own, sidecars: { proxy: { image: own } } }));
    expect(serviceImages(app)).toHaveLength(1);
  });

  test('an environment changes its options', () => {
    class Shop extends Chart {
      readonly migration = new Task(this, 'migration', { image, retries: 1 });
      readonly report = new CronTask(this, 'report', { image, schedule: '@daily' });
    }
    const environment: Environment<Pick<Shop, 'migration' | 'report'>> = {
      migration: { retries: 5, resources: { memory: '128Mi' } },
      report: { schedule: '@hourly', history: { failed: 1 } },
    };
    const definition = defineApp((app) => new Shop(app, 'shop', { namespace: 'shop' }), { prod: environment });
    const prod = objectsOf(
      definition.make('prod', { CALLSIGN_MIGRATION_DEADLINE: '60', CALLSIGN_REPORT_TIMEZONE: 'Asia/Tokyo' }),
    );
    const { spec } = jobOf(prod);
    expect(spec).toMatchObject({ backoffLimit: 5, activeDeadlineSeconds: 60 });
    expect(spec.template.spec.initContainers[1].resources.requests.memory).toBe('128Mi');
    expect(find(prod, 'CronJob', 'report').spec).toMatchObject({
      schedule: '@hourly',
      timeZone: 'Asia/Tokyo',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
  });
});

describe('the order', () => {
  test('a task after parts comes after their Deployments, and names them', () => {
    const objects = objectsOf(
      chart((scope) => {
        const search = new Microservice(scope, 'search', { image });
        new Task(scope, 'index', { image, after: [search] }).calls(search);
      }),
    );
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds.indexOf('Job')).toBeGreaterThan(kinds.indexOf('Deployment'));
    expect(jobOf(objects, 'index').metadata.annotations).toMatchObject({ 'callsign.dev/runs-after': '["search"]' });
    expect(find(objects, 'Role', 'index-steps').rules).toContainEqual({
      apiGroups: ['apps'],
      resources: ['deployments'],
      resourceNames: ['search'],
      verbs: ['get'],
    });
    const plain = objectsOf(shop()).map(({ kind }) => kind);
    expect(plain.indexOf('Job')).toBeLessThan(plain.indexOf('Deployment'));
  });

  test('a task after a task waits for its key, and an unchanged later task keeps its version', () => {
    const both = (tag: string) =>
      objectsOf(
        chart((scope) => {
          const first = new Task(scope, 'first', { image: Image.of(`shop/orders:${tag}`) });
          new Task(scope, 'second', { image, after: [first] });
        }),
      );
    const objects = both('1.0.0');
    const program = jobOf(objects, 'second').spec.template.spec.initContainers[1];
    expect(program.env).toContainEqual({
      name: 'FIRST_DONE',
      valueFrom: { configMapKeyRef: { name: 'first-done', key: jobOf(objects, 'first').metadata.name } },
    });
    // The second one builds on the result of the first one, so it runs again too.
    expect(jobOf(both('2.0.0'), 'second').metadata.name).not.toBe(jobOf(objects, 'second').metadata.name);
  });

  test('sites, canaries, init containers and tasks with a schedule wait too', () => {
    const objects = objectsOf(
      chart((scope) => {
        const site = new StaticSite(scope, 'page', { folder: 'test/local/shop/page' });
        const orders = new Microservice(scope, 'orders', {
          image,
          replicas: 4,
          strategy: { canary: { image: Image.of('shop/orders:2.0.0'), weight: 50 } },
          initContainers: { warm: { image } },
        });
        const report = new CronTask(scope, 'report', { image, schedule: '@daily' });
        new Task(scope, 'migration', { image, before: [site, orders, report] });
      }),
    );
    const waits = { name: 'MIGRATION_DONE', valueFrom: expect.anything() };
    for (const { spec } of objects.filter(({ kind }) => kind === 'Deployment') as { spec?: never }[]) {
      // oxlint-disable-next-line typescript/no-explicit-any -- tests read any field
      const pod = (spec as any).template.spec;
      for (const container of [...(pod.initContainers ?? []), ...pod.containers])
        expect(container.env).toContainEqual(waits);
    }
    expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(3);
    const cron = find(objects, 'CronJob', 'report').spec.jobTemplate.spec.template.spec.containers[0];
    expect(cron.env).toContainEqual(waits);
  });

  test('the graph shows it, and its calls', () => {
    const { nodes, edges } = graphOf(shop());
    expect(nodes).toContainEqual({ id: 'shop/migration', name: 'migration', namespace: 'shop', kind: 'task' });
    expect(edges).toContainEqual({ from: 'shop/orders', to: 'shop/migration', isOrder: true });
    expect(edges).toContainEqual({ from: 'shop/migration', to: 'shop/orders-db' });
  });

  test.each(['wiring', 'hardened'] as const)('check finds nothing in the profile %s', (profile) => {
    const manifests = synthesize(shop()).flatMap((file) => file.manifests);
    expect(check(manifests, profile).filter(({ object }) => object?.includes('migration'))).toEqual([]);
  });
});

describe('a task with a schedule', () => {
  const cron = (options: Partial<CronTaskOptions> = {}) =>
    find(
      objectsOf(chart((scope) => new CronTask(scope, 'report', { image, schedule: '0 3 * * *', ...options }))),
      'CronJob',
      'report',
    ).spec;

  test('the defaults', () => {
    const spec = cron();
    expect(spec).toMatchObject({
      schedule: '0 3 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
    });
    expect(spec.startingDeadlineSeconds).toBe(3600);
    expect(spec).not.toHaveProperty('suspend');
    const run = spec.jobTemplate.spec;
    expect(run).toMatchObject({ backoffLimit: 3, activeDeadlineSeconds: 3600 });
    expect(run.template.spec).toMatchObject({ restartPolicy: 'Never', automountServiceAccountToken: false });
    expect(names(run.template.spec.containers)).toEqual(['report']);
    expect(run.template.spec).not.toHaveProperty('initContainers');
  });

  test('all options', () => {
    const spec = cron({
      timeZone: 'Europe/Berlin',
      concurrency: 'replace',
      startWithin: 600,
      history: { succeeded: 1 },
      suspend: true,
      retries: 0,
      deadline: 120,
    });
    expect(spec).toMatchObject({
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Replace',
      startingDeadlineSeconds: 600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      suspend: true,
      jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: 120 } },
    });
    expect(cron({ concurrency: 'allow' }).concurrencyPolicy).toBe('Allow');
  });

  test('its calls have variables and policies', () => {
    const objects = objectsOf(
      chart((scope) => {
        const orders = new Microservice(scope, 'orders', { image });
        const report = new CronTask(scope, 'report', { image, schedule: '@daily' }).calls(orders);
        report.objects.cronJob.merge({ metadata: { annotations: { 'example.com/owner': 'finance' } } });
      }),
    );
    const { env } = find(objects, 'CronJob', 'report').spec.jobTemplate.spec.template.spec.containers[0];
    expect(env).toEqual([{ name: 'ORDERS_URL', value: 'http://orders' }]);
    expect(JSON.stringify(find(objects, 'NetworkPolicy', 'orders').spec.ingress)).toContain('report');
    expect(find(objects, 'CronJob', 'report').metadata.annotations).toEqual({ 'example.com/owner': 'finance' });
  });
});

test.each(['forbid', 'replace'] as const)('the connections of a task count for a database: %s', (concurrency) => {
  const app = chart((scope) => {
    const database = new Database(scope, 'orders-db', { settings: { max_connections: 22 } });
    new CronTask(scope, 'report', { image, schedule: '@daily', database, concurrency, pool: 8 });
  });
  // One run needs 8 connections, and the database keeps 10. A run that replaces another one overlaps with it.
  if (concurrency === 'forbid') expect(objectsOf(app)).not.toEqual([]);
  else expect(problemsOf(app)).toMatchObject([{ code: 'connections-exceeded' }]);
});
