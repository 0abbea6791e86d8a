import type { Context, Step } from '../context';
import { ChartsApp, succeeded } from '../support/charts-app';
import { holds } from '../support/promise';
import { inNamespace, microservice, server } from '../support/small-charts';

/** Faults that no waiting can end, the texts that the error must contain, and the objects before it. */
const CERTAIN: Readonly<Record<string, { charts: string; texts: readonly string[]; before?: object }>> = {
  'bad-image': {
    charts: microservice('web', { more: "image: Image.of('localhost/none:1')," }).replace(
      "image: Image.of('node:24-slim'),",
      '',
    ),
    texts: ['pod web-', 'localhost/none:1 cannot be pulled', 'src/charts/test.ts:'],
  },
  'missing-key': {
    charts: microservice('web', { more: "env: { KEY: { secret: 'absent', key: 'a', existing: true } }," }),
    texts: ['CreateContainerConfigError', 'secret "absent" not found'],
  },
  quota: {
    charts: microservice('web'),
    before: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { pods: '0' } } },
    texts: ['FailedCreate', 'exceeded quota: few', 'raise the quota'],
  },
  'pod-security': {
    // The check finds this fault first, so a waiver leaves it to the cluster.
    charts: `add(chart, 'Deployment', 'web', { metadata: { name: 'web', annotations: { 'waive.callsign.dev/pod-refused': 'The cluster reports it.' } }, spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { hostNetwork: true, containers: [{ name: 'web', image: 'node:24-slim' }] } } } }, 'apps/v1');`,
    texts: ['FailedCreate', 'violates PodSecurity'],
  },
  'job-failed': {
    charts: `add(chart, 'Job', 'job', { spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } }, containers: [{ name: 'job', image: 'node:24-slim', command: ['node', '-e', 'throw new Error("no ledger")'], securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }] } } } }, 'batch/v1');`,
    texts: ['The Job failed', 'Error: no ledger'],
  },
  'no-storage-class': {
    charts: microservice('web', { more: "replicas: 1, volumes: { '/data': data }," }).replace(
      'const web',
      "const data = new Volume(chart, 'data', { size: '1Mi', storageClass: 'none' });\n  const web",
    ),
    texts: ['The claim data gets no volume', 'storageclass'],
  },
  unschedulable: {
    charts: microservice('web').replace("cpu: '25m'", "cpu: '50'"),
    texts: ['Unschedulable', 'It needs 50 CPU', 'The freest node has'],
  },
};

export const wait: Step = {
  name: 'wait',
  promise:
    'apply waits until requests succeed. It reports faults that no waiting can end within 20 s and names the cause once.',
  // Not beside others: it measures seconds, and counts failed requests.
  async run(context) {
    const seconds: Record<string, number> = {};
    for (const [name, fault] of Object.entries(CERTAIN)) seconds[name] = await certainFault(context, name, fault);
    context.say(`faults reported: ${JSON.stringify(seconds)}`);
    return { seconds, ...(await brokenDatabase(context)), ...(await noFailedRequest(context)) };
  },
};

async function certainFault(
  context: Context,
  name: string,
  { charts, texts, before }: (typeof CERTAIN)[string],
): Promise<number> {
  const namespace = `wait-${name}`;
  const app = new ChartsApp(context, [namespace]);
  return app.use(async () => {
    if (before) {
      app.write(inNamespace(namespace, ''));
      succeeded(await app.callsign('apply'));
      await context.kubectl.must(['-n', namespace, 'apply', '-f', '-'], { input: JSON.stringify(before) });
    }
    app.write(inNamespace(namespace, charts));
    const ended = await app.callsign('apply');
    const [workload] = await context.kubectl.list('-n', namespace, 'deployment,job');
    const created = new Date(workload!.metadata.creationTimestamp).getTime();
    const seconds = Math.round((Date.now() - created) / 100) / 10;
    for (const text of ['[rollout-failed]', ...texts])
      holds(ended.code === 1 && ended.out.includes(text), `${name}: the error contains ${JSON.stringify(text)}`, ended);
    holds(seconds < 20, `${name}: the error comes within 20 s after the object was created`, {
      seconds,
      out: ended.out,
    });
    return seconds;
  });
}

/** The callers of a broken service crash too. There is one error, at its cause. After the fix, all become ready. */
async function brokenDatabase(context: Context): Promise<object> {
  const namespace = 'wait-broken';
  const app = new ChartsApp(context, [namespace]);
  const caller = (name: string) =>
    microservice(name, {
      program: `require('node:net').connect(80, 'store').on('connect', () => ${server(0)}).on('error', (error) => { throw error; })`,
    });
  const charts = (program: string) =>
    inNamespace(
      namespace,
      `${microservice('store', { program })}${caller('one')}${caller('two')} one.calls(store); two.calls(store);`,
    );
  return app.use(async () => {
    app.write(charts("console.error('cannot read the volume'); process.exit(3)"));
    const from = Date.now();
    const ended = await app.callsign('apply');
    const seconds = Math.round((Date.now() - from) / 100) / 10;
    const problems = ended.out.split('[rollout-failed]').length - 1;
    holds(ended.code === 1 && problems === 1, 'a broken service is one error', ended);
    for (const text of [
      'Deployment wait-broken/store',
      'cannot read the volume',
      'exit code 3',
      'Deployment wait-broken/one, which waits for Deployment wait-broken/store',
    ])
      holds(ended.out.includes(text), `the error contains ${JSON.stringify(text)}`, ended);
    app.write(charts(server(0)));
    const fixed = await app.callsign('apply');
    holds(
      fixed.code === 0 && fixed.out.includes('everything is ready'),
      'after the fix everything becomes ready, although the callers crashed',
      fixed,
    );
    return { brokenSeconds: seconds };
  });
}

/** When apply ends, a Service answers every request. */
async function noFailedRequest(context: Context): Promise<object> {
  const namespace = 'wait-requests';
  const app = new ChartsApp(context, [namespace]);
  const charts = (version: number) =>
    inNamespace(
      namespace,
      `${microservice('web', { more: `replicas: 2, env: { VERSION: '${version}' },` })}${microservice('client', { more: 'replicas: 1,' })} client.calls(web);`,
    );
  return app.use(async () => {
    let requests = 0;
    for (const version of [1, 2, 3]) {
      app.write(charts(version));
      succeeded(await app.callsign('apply'));
      const [client] = await context.kubectl.list('-n', namespace, 'pods', '-l', 'app.kubernetes.io/name=client');
      const failures = await context.kubectl.script<string[]>(namespace, client!.metadata.name, REQUESTS);
      requests += 200;
      holds(failures.length === 0, 'no request fails from the moment that apply ends', {
        version,
        failures: failures.slice(0, 5),
      });
    }
    return { requestsAfterApply: requests };
  });
}

const REQUESTS = `
(async () => {
  const failures = [];
  for (let i = 0; i < 200; i++) {
    try {
      const { status } = await fetch('http://web', { headers: { connection: 'close' }, signal: AbortSignal.timeout(2000) });
      if (status !== 200) failures.push(String(status));
    } catch (error) {
      failures.push(String(error.cause ?? error));
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  console.log(JSON.stringify(failures));
})()`;
