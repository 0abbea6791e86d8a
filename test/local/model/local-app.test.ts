import { Chart } from 'cdk8s';
import {
  CronTask,
  defineApp,
  EventLog,
  Image,
  Microservice,
  type PrometheusSettings,
  type SecurityException,
} from '../../../src/index';
import { localApp } from '../../../src/local/model/local-app';
import { synthesize } from '../../../src/synth/synthesize';
import { chart } from '../../constructs/render';

const image = Image.of('shop/search:2.4.1');
const reason = 'The image needs it.';

/** The user of a microservice and of a task with these exceptions. */
function users(exceptions: readonly SecurityException[], user?: number): (string | undefined)[] {
  const app = chart((scope) => {
    new Microservice(scope, 'search', { image, exceptions, user });
    new CronTask(scope, 'report', { image, exceptions, user, schedule: '0 3 * * *' });
  });
  const { parts, tasks } = localApp(
    app,
    synthesize(app).flatMap(({ manifests }) => manifests),
  );
  return [...parts, ...tasks].map((one) => one.user);
}

test.each<[SecurityException[], number | undefined, string | undefined]>([
  [[], undefined, '1000:1000'],
  [[], 70, '70:70'],
  [[{ runAs: 'root', reason }], undefined, '0:0'],
  [[{ runAs: 'image', reason }], undefined, undefined],
  [[{ runAs: 'as-in-docker', reason }], undefined, undefined],
])('with %j and the user %s, the container runs as %s', (exceptions, user, expected) => {
  expect(users(exceptions, user)).toEqual([expected, expected]);
});

test('the servers of an event log do not start here, and the reason names its callers', () => {
  const app = chart((scope) => {
    const log = new EventLog(scope, 'log');
    new Microservice(scope, 'bus', { image }).keepsLogIn(log);
    new EventLog(scope, 'unused');
  });
  const { notStarted, parts } = localApp(
    app,
    synthesize(app).flatMap(({ manifests }) => manifests),
  );
  expect(parts.map(({ name }) => name)).toEqual(['bus']);
  expect(notStarted).toEqual([
    { name: 'log', why: 'its servers run only in a cluster, so bus cannot store events' },
    { name: 'unused', why: 'its servers run only in a cluster' },
  ]);
});

test.each<[by: string, prometheus: PrometheusSettings]>([
  ['the cluster', {}],
  ['KEDA', { autoscaling: 'keda', address: 'http://prometheus.monitoring:9090' }],
])('if %s scales, as many replicas start here as the minimum', (_, prometheus) => {
  const app = defineApp(
    (root) => {
      const scope = new Chart(root, 'shop', { namespace: 'shop' });
      const autoscale = { min: 3, max: 6, backlog: 10 };
      new Microservice(scope, 'search', { image, backlog: 'jobs_waiting', metrics: {}, autoscale });
    },
    { test: { prometheus } },
  ).make('test');
  const { parts } = localApp(
    app,
    synthesize(app).flatMap(({ manifests }) => manifests),
  );
  expect(parts).toMatchObject([{ name: 'search', replicas: 3 }]);
});
