import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from './command';
import { holds } from './promise';
import { isReady, nameOf, type Kubectl, type KubeObject, type Pod } from './kubectl';
import { until } from './until';

export const PROJECT = join(__dirname, '..', '..', '..');
export const MANIFESTS = join(PROJECT, 'k8s-out');
export const NAMESPACE = 'blog';

interface Workload extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** The blog in the cluster. */
export class Blog {
  constructor(
    protected readonly kubectl: Kubectl,
    /** The name of the pod that runs SQL: the only server, or the one that accepts writes. */
    private readonly postgres: () => Promise<string> = async () => 'postgres-0',
  ) {}

  /** Runs `kubectl apply -f` for a folder of manifests, by default k8s-out. */
  async apply(folder = MANIFESTS): Promise<{ out: string; error: string }> {
    const ended = await this.kubectl.run(['apply', '-f', folder]);
    holds(ended.code === 0, `kubectl apply -f ${folder} exits 0`, ended);
    return ended;
  }

  /** Deletes its namespace with all data. The next step applies a new blog. */
  async delete(): Promise<void> {
    await this.kubectl.run(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=240s'], {
      timeoutMs: 250_000,
    });
  }

  /** Synthesizes the blog with other variables, and applies it. */
  async change(env: Record<string, string>, signal: AbortSignal): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-'));
    try {
      await must(process.execPath, ['bin/callsign.js', 'synth', '--out', folder], { cwd: PROJECT, signal, env });
      await this.apply(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The same, and waits until only its new pods run. */
  async applyWith(env: Record<string, string>, signal: AbortSignal): Promise<void> {
    await this.change(env, signal);
    await this.ready();
    await this.oldPodsGone();
  }

  /** Waits until all rollouts are complete and all pods are Ready. */
  async ready(seconds = 240): Promise<void> {
    await until('every Deployment and StatefulSet of the blog is Ready', seconds, async () => {
      const lagging = (await this.workloads()).filter((workload) => !isDone(workload)).map(nameOf);
      if (lagging.length > 0) throw new Error(`not yet: ${lagging.join(', ')}`);
      return true;
    });
  }

  /** Waits for the end of the old pods: until then they serve requests and have connections. */
  async oldPodsGone(): Promise<void> {
    await until('the old pods are gone', 120, async () =>
      (await this.kubectl.list<Pod>('pods', '-n', NAMESPACE)).every(
        ({ metadata }) => metadata.deletionTimestamp === undefined,
      ),
    );
  }

  workloads(): Promise<Workload[]> {
    return this.kubectl.list<Workload>('deployments,statefulsets', '-n', NAMESPACE);
  }

  /** The pods, except terminating pods and pods of Jobs. */
  async pods(...names: string[]): Promise<Pod[]> {
    const pods = await this.kubectl.list<Pod>('pods', '-n', NAMESPACE);
    return pods.filter(
      (pod) =>
        pod.status.phase === 'Running' &&
        pod.metadata.deletionTimestamp === undefined &&
        !pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job') &&
        (names.length === 0 || names.includes(nameOf(pod))),
    );
  }

  /** The pods that serve requests. */
  async readyPods(...names: string[]): Promise<Pod[]> {
    return (await this.pods(...names)).filter(isReady);
  }

  /** The rows of a query, run as the superuser of Postgres. */
  async sql<Row>(query: string): Promise<Row[]> {
    const text = await this.kubectl.exec(NAMESPACE, await this.postgres(), [
      'psql',
      '-U',
      'postgres',
      '-d',
      'blog',
      '-v',
      'ON_ERROR_STOP=1',
      '-qAtc',
      `SELECT coalesce(json_agg(t), '[]') FROM (${query}) t`,
    ]);
    return JSON.parse(text) as Row[];
  }

  /** How many deliveries of the bus are pending. */
  async deliveriesToCome(): Promise<number> {
    const [row] = await this.sql<{
      lag: number;
    }>(`SELECT sum(p.head - c.position + jsonb_array_length(c.rest->'pending'))::int AS lag
      FROM event_bus.cursor c JOIN event_bus.partition p ON p.id = c.partition`);
    return row!.lag;
  }

  /** Makes the log of the bus readable by SQL. The log in PostgreSQL already is. */
  async showLogInSql(): Promise<void> {}

  /** The values of a metric of one pod, by the text of the labels. */
  async metric(pod: Pod, name: string): Promise<Map<string, number>> {
    const text = await this.kubectl.script<string>(
      NAMESPACE,
      pod.metadata.name,
      "fetch('http://localhost:8082/metrics').then((answer) => answer.text()).then((text) => console.log(JSON.stringify(text)))",
    );
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return new Map(
      lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }

  /** The number of events that a pod received from the bus. */
  async delivered(pod: Pod): Promise<number> {
    return [...(await this.metric(pod, 'inbox_events_total')).values()].reduce((sum, value) => sum + value, 0);
  }
}

function isDone({ metadata, spec, status }: Workload): boolean {
  return (
    status.observedGeneration === metadata.generation &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.readyReplicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas
  );
}
