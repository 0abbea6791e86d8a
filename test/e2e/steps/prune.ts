import { once } from 'node:events';
import type { Context, Step } from '../context';
import { ChartsApp, succeeded } from '../support/charts-app';
import { holds } from '../support/promise';
import { until, sleep } from '../support/until';

const [NAMESPACE, OTHER] = ['pruned', 'pruned-other'] as const;
const RECORD = ['-n', 'default', 'get', `configmap/${NAMESPACE}`, '-o', 'json'];

const BASE = `
  const chart = new Chart(app, '${NAMESPACE}', { namespace: '${NAMESPACE}' });
  new Namespace(chart, '${NAMESPACE}');
  add(chart, 'ConfigMap', 'stays');`;
/** Objects in two namespaces, of kinds that the rest does not use. */
const MORE = `${BASE}
  add(chart, 'ConfigMap', 'leaves');
  new Volume(chart, 'data', { size: '1Mi' });
  new Microservice(chart, 'web', { image: Image.of('node:24-slim'), command: ['node', '-e', 'setInterval(() => {}, 1000)'] });
  const other = new Chart(app, '${OTHER}', { namespace: '${OTHER}' });
  new Namespace(other, '${OTHER}');
  add(other, 'Secret', 'there', { stringData: { a: 'some-secret-value' } });`;

export const prune: Step = {
  name: 'prune',
  promise:
    'apply deletes what left the charts, also whole namespaces and also after it was killed. It deletes nothing else. Two applies of a release do not run at the same time.',
  apart: true,
  async run(context) {
    const app = new ChartsApp(context, [NAMESPACE, OTHER]);
    return app.use(async () => ({
      ...(await deletes(context, app)),
      ...(await leavesBehind(context, app)),
      ...(await isKilled(context, app)),
      ...(await twoAtOnce(context, app)),
    }));
  },
};

async function deletes({ kubectl }: Context, app: ChartsApp): Promise<object> {
  app.write(MORE);
  succeeded(await app.callsign('apply', '--no-wait'));
  const label = await kubectl.must([
    '-n',
    NAMESPACE,
    'get',
    'configmap/leaves',
    '-o',
    'jsonpath={.metadata.labels.applyset\\.kubernetes\\.io/part-of}',
  ]);
  // Somebody copies an object together with its labels, and a controller owns another one.
  await kubectl.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'copied', namespace: NAMESPACE, labels: { 'applyset.kubernetes.io/part-of': label } },
  });
  const kubectlPrune = await kubectl.run(
    ['apply', '-n', 'default', '--server-side', '--prune', `--applyset=configmap/${NAMESPACE}`, '-f', '-'],
    {
      env: { KUBECTL_APPLYSET: 'true' },
      input: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } }),
    },
  );
  holds(
    kubectlPrune.code !== 0 && kubectlPrune.error.includes('callsign'),
    'kubectl refuses to prune a release of callsign',
    kubectlPrune,
  );

  app.write(BASE);
  const diff = await app.callsign('diff');
  holds(
    diff.code === 1 && diff.out.includes('- ConfigMap pruned/leaves') && !diff.out.includes('copied'),
    'the diff shows deletions',
    diff,
  );
  const first = succeeded(await app.callsign('apply', '--no-wait'));
  const stays = await exists(kubectl, NAMESPACE, 'configmap/stays', 'configmap/copied', 'persistentvolumeclaim/data');
  const gone = await exists(
    kubectl,
    NAMESPACE,
    'configmap/leaves',
    'deployment/web',
    'service/web',
    'networkpolicy/web',
  );
  holds(stays.length === 3, 'a copied label and a claim survive', stays);
  holds(gone.length === 0, 'everything else that left the charts is gone', gone);
  holds((await exists(kubectl, OTHER, 'secret/there')).length === 0, 'also in the namespace that left the charts');
  holds((await kubectl.run(['get', 'namespace', OTHER])).code === 0, 'a namespace stays without its option', first);

  succeeded(await app.callsign('apply', '--no-wait', '--delete-claims', '--delete-namespaces'));
  holds((await exists(kubectl, NAMESPACE, 'persistentvolumeclaim/data')).length === 0, 'the option deletes the claim');
  holds((await kubectl.run(['get', 'namespace', OTHER])).code !== 0, 'the option deletes the namespace');
  const record = JSON.parse(await kubectl.must(RECORD)) as { metadata: { annotations: Record<string, string> } };
  const kinds = record.metadata.annotations['applyset.kubernetes.io/contains-group-kinds'];
  holds(
    kinds === 'ConfigMap,Namespace,NetworkPolicy.networking.k8s.io',
    'the record contains only what is left',
    record,
  );
  return { deleted: first.out.split('\n').filter((line) => line.startsWith('deleted')).length, kinds };
}

/** A database leaves its password and its volume behind. Both stay, and are deleted only with their options. */
async function leavesBehind({ kubectl }: Context, app: ChartsApp): Promise<object> {
  const left = ['secret/store', 'persistentvolumeclaim/data-store-0'];
  app.write(`${BASE} new Database(chart, 'store', { storage: '100Mi' });`);
  succeeded(await app.callsign('apply'));
  app.write(BASE);
  succeeded(await app.callsign('apply'));
  holds((await exists(kubectl, NAMESPACE, 'statefulset/store')).length === 0, 'the database is gone');
  holds((await exists(kubectl, NAMESPACE, ...left)).length === 2, 'its password and its volume stay');
  const diff = await app.callsign('diff');
  holds(
    diff.code === 0 && diff.out.includes('--delete-secrets') && diff.out.includes('--delete-claims'),
    'a later diff still knows both',
    diff,
  );
  succeeded(await app.callsign('apply', '--delete-secrets', '--delete-claims'));
  const still = await exists(kubectl, NAMESPACE, ...left);
  holds(still.length === 0, 'the options delete both', still);
  return { leftBehind: left.length };
}

/** Kills apply at several moments. The next run finishes, and nothing is left. */
async function isKilled({ kubectl, say }: Context, app: ChartsApp): Promise<object> {
  const killed: string[] = [];
  for (const [charts, word] of [
    [MORE, 'created'],
    [BASE, 'deleted'],
  ] as const) {
    app.write(charts);
    for (const lines of [1, 3]) {
      const child = app.start('apply', '--no-wait', '--delete-claims', '--delete-namespaces');
      let out = '';
      child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        if (out.split(word).length > lines) child.kill('SIGKILL');
      });
      await once(child, 'close');
      killed.push(`${child.signalCode ?? child.exitCode} after ${out.split(word).length - 1} ${word}`);
    }
    say(`killed: ${killed.join(', ')}`);
    const finished = succeeded(await app.callsign('apply', '--no-wait', '--delete-claims', '--delete-namespaces'));
    holds((await app.callsign('diff')).code === 0, 'the next apply finishes', finished);
  }
  holds(
    killed.some((line) => line.startsWith('SIGKILL')),
    'at least one apply was killed in the middle',
    killed,
  );
  const left = await exists(kubectl, NAMESPACE, 'configmap/leaves', 'deployment/web', 'persistentvolumeclaim/data');
  holds(left.length === 0 && (await kubectl.run(['get', 'namespace', OTHER])).code !== 0, 'nothing is orphaned', left);
  const orphans = (
    await kubectl.list('configmap,secret,deployment,service', '-A', '-l', 'applyset.kubernetes.io/part-of')
  ).filter(({ metadata }) => metadata.namespace === OTHER);
  holds(orphans.length === 0, 'no labelled object is left', orphans);
  return { killed };
}

/** The second apply is refused while the first runs. A killed holder frees the lock. */
async function twoAtOnce({ kubectl }: Context, app: ChartsApp): Promise<object> {
  // A finalizer keeps the first apply waiting for its deletion.
  app.write(
    `${BASE} add(chart, 'ConfigMap', 'slow', { metadata: { name: 'slow', finalizers: ['example.com/hold'] } });`,
  );
  succeeded(await app.callsign('apply', '--no-wait'));
  app.write(BASE);
  const first = app.start('apply', '--no-wait');
  await until(
    'the first apply deletes',
    30,
    async () =>
      (await kubectl.must([
        '-n',
        NAMESPACE,
        'get',
        'configmap/slow',
        '-o',
        'jsonpath={.metadata.deletionTimestamp}',
      ])) !== '',
  );
  app.write(`${BASE} add(chart, 'ConfigMap', 'late');`);
  const second = await app.callsign('apply', '--no-wait');
  holds(
    second.code === 1 && second.out.includes('[release-locked]') && second.out.includes(`process ${first.pid}`),
    'the second apply names the holder',
    second,
  );
  holds((await exists(kubectl, NAMESPACE, 'configmap/late')).length === 0, 'the second apply wrote nothing');
  first.kill('SIGKILL');
  await sleep(500);
  await kubectl.must([
    '-n',
    NAMESPACE,
    'patch',
    'configmap/slow',
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":null}}',
  ]);
  const from = Date.now();
  succeeded(await app.callsign('apply', '--no-wait'));
  const seconds = Math.round((Date.now() - from) / 100) / 10;
  holds(seconds < 20, 'a killed holder frees the lock within 15 s', { seconds });
  return { secondsAfterKilledHolder: seconds };
}

async function exists(kubectl: Context['kubectl'], namespace: string, ...names: string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => (await kubectl.run(['-n', namespace, 'get', name])).code === 0),
  );
  return names.filter((_, i) => found[i]);
}
