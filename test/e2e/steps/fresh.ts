import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { MANIFESTS, NAMESPACE } from '../support/blog';
import type { KubeObject, Pod } from '../support/kubectl';
import { readObjects } from '../support/manifests';
import { holds } from '../support/promise';
import { secondsSince } from '../support/until';

export const fresh: Step = {
  name: 'fresh',
  promise:
    'A new cluster accepts k8s-out in one apply, a second apply changes nothing, and the Secret is generated in the cluster.',
  core: true,
  async run(context) {
    const { blog, kubectl } = context;
    const start = Date.now();
    const first = await blog.apply();
    holds(first.error === '', 'the API server prints no warning', first.error);
    await blog.ready();
    const seconds = secondsSince(start);

    const before = await snapshot(context);
    const second = await blog.apply();
    holds(second.error === '', 'the API server prints no warning the second time', second.error);
    const after = await snapshot(context);
    const changed = [...after.keys()].filter((title) => after.get(title) !== before.get(title));
    holds(changed.length === 0 && after.size === before.size, 'a second apply changes no object', changed);

    const { labels } = (await kubectl.get<KubeObject>('namespace', NAMESPACE)).metadata;
    holds(
      labels?.['pod-security.kubernetes.io/enforce'] === 'restricted',
      'the namespace enforces Pod Security restricted',
      labels,
    );
    const refused = await kubectl.run(['apply', '--dry-run=server', '-f', '-'], { input: JSON.stringify(rootPod) });
    holds(
      refused.code !== 0 && /violates PodSecurity "restricted/.test(refused.error),
      'a pod that runs as root is rejected',
      refused,
    );
    return {
      fresh: context.fresh,
      objects: before.size,
      secondsUntilReady: seconds,
      pods: (await blog.readyPods()).length,
      changedBySecondApply: 0,
      podSecurity: 'restricted',
      ...(await secretOf(context)),
    };
  },
};

const rootPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'root', namespace: NAMESPACE },
  spec: { containers: [{ name: 'root', image: 'node:24-slim', securityContext: { runAsUser: 0 } }] },
};

/** The objects of k8s-out in the cluster, without their status and their resourceVersion, which controllers change. */
async function snapshot({ kubectl }: Context): Promise<Map<string, string>> {
  const objects = await kubectl.list<KubeObject>('-f', MANIFESTS);
  const reported = new Set(['status', 'resourceVersion', 'managedFields']);
  return new Map(
    objects.map((object) => [
      `${object.kind}/${object.metadata.name}`,
      JSON.stringify(object, (key, value: unknown) => (reported.has(key) ? undefined : value)),
    ]),
  );
}

/** Checks that the password was generated in the cluster and does not appear anywhere else. */
async function secretOf({ kubectl }: Context): Promise<object> {
  holds(
    readObjects(MANIFESTS).every(({ kind }) => kind !== 'Secret'),
    'k8s-out contains no Secret',
  );
  const secret = await kubectl.get<KubeObject & { data: Record<string, string> }>(
    'secret',
    'postgres',
    '-n',
    NAMESPACE,
  );
  const makers = secret.metadata.managedFields?.map(({ manager }) => manager) ?? [];
  holds(!makers.some((manager) => manager.startsWith('kubectl')), 'kubectl did not create the Secret', makers);
  const job = (await kubectl.list<Pod>('pods', '-n', NAMESPACE)).find(({ status }) => status.phase === 'Succeeded');
  const said = job ? (await kubectl.must(['-n', NAMESPACE, 'logs', job.metadata.name])).trim() : '';

  const values = Object.values(secret.data).map((value) => Buffer.from(value, 'base64').toString('utf8'));
  const pods = await kubectl.list<Pod>('pods', '-n', NAMESPACE);
  const logs = await Promise.all(pods.map(({ metadata }) => kubectl.must(['-n', NAMESPACE, 'logs', metadata.name])));
  const files = readdirSync(MANIFESTS).map((name) => readFileSync(join(MANIFESTS, name), 'utf8'));
  const leaks = [...logs, ...files].filter((text) => values.some((value) => text.includes(value))).length;
  holds(leaks === 0, 'the password is in no log and no manifest');
  return {
    secretMadeBy: said || makers.join(),
    secretKeys: Object.keys(secret.data).length,
    logsWithPassword: leaks,
    logsRead: logs.length,
  };
}
