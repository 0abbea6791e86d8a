import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observer } from '../addons/observer';
import { prometheus } from '../addons/prometheus';
import type { Context, Step } from '../context';
import { NAMESPACE, PROJECT } from '../support/blog';
import { isReady, nameOf, type Pod } from '../support/kubectl';
import { evidenceOf, Load, noneFailed } from '../support/load';
import { holds } from '../support/promise';
import { sleep, until } from '../support/until';

/** The services of the blog with the option `metrics`. */
const SCRAPED = new Set(['posts', 'comments', 'event-bus', 'moderation', 'query']);
/** The port of the health checks and metrics, and that of requests. */
const [OWN_PORT, PORT] = [8082, 8080];

interface Target {
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly labels: { readonly job: string; readonly instance: string; readonly pod?: string };
}
interface RuleGroup {
  readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
}

export const metrics: Step = {
  name: 'metrics',
  promise:
    'Prometheus scrapes every replica with the option metrics, and cannot reach other ports or parts. Its alerts are valid, and every panel of the dashboard has data.',
  async run(context) {
    const { blog } = context;
    const pods = await blog.readyPods();
    const ipOf = (name: string) => pods.find((pod) => nameOf(pod) === name)!.status.podIP!;
    // The page has no metrics, and the port of requests is not that of metrics.
    const tried = [`${ipOf('web')}:${OWN_PORT}`, `${ipOf('web')}:${PORT}`, `${ipOf('posts')}:${PORT}`];
    const observer = prometheus(context, NAMESPACE, tried);
    return observer.use(async () => {
      const replicas = await everyReplicaIsScraped(context, observer, tried);
      const load = new Load(context.gateway);
      await sleep(30_000);
      const figures = await load.stop();
      noneFailed(figures, 'no request fails while Prometheus scrapes');
      return {
        replicas,
        denied: tried.length,
        alerts: await alertsAreValid(observer),
        panels: await panelsHaveData(observer),
        ...evidenceOf(figures),
      };
    });
  },
};

/** Also checks that the addresses which were tried without the option are not reached. */
async function everyReplicaIsScraped(
  { kubectl }: Context,
  observer: Observer,
  tried: readonly string[],
): Promise<number> {
  return until('Prometheus scrapes every replica and nothing else', 90, async () => {
    const pods = await kubectl.list<Pod>('pods', '-n', NAMESPACE);
    const expected = pods.filter((pod) => isReady(pod) && SCRAPED.has(nameOf(pod)));
    const { activeTargets } = await ask<{ activeTargets: Target[] }>(observer, 'targets');
    const names = (targets: readonly Target[]) => targets.map(({ labels }) => labels.pod ?? labels.instance).toSorted();
    const found = activeTargets.filter(({ labels }) => labels.job === 'pods');
    const others = activeTargets.filter(({ labels }) => labels.job === 'tried');
    const wanted = expected.map(({ metadata }) => metadata.name).toSorted();
    if (others.length < tried.length || others.some(({ health }) => health !== 'down'))
      throw new Error(`the other addresses are ${others.map(({ health }) => health).join()}`);
    if (others.some(({ lastError }) => !/deadline exceeded/.test(lastError)))
      throw new Error(`the other addresses answer: ${others.map(({ lastError }) => lastError).join()}`);
    if (names(found.filter(({ health }) => health === 'up')).join() !== wanted.join())
      throw new Error(`Prometheus has ${names(found).join()}, the blog ${wanted.join()}`);
    return found.length === wanted.length && wanted.length;
  });
}

async function alertsAreValid(observer: Observer): Promise<number> {
  const rules = await until('Prometheus has evaluated the alerts', 60, async () => {
    const { groups } = await ask<{ groups: RuleGroup[] }>(observer, 'rules?type=alert');
    const all = groups.flatMap((group) => group.rules);
    return all.length > 0 && all.every(({ health }) => health !== 'unknown') && all;
  });
  const broken = rules.filter(({ health }) => health !== 'ok');
  holds(broken.length === 0, 'Prometheus can evaluate every alert', broken);
  return rules.length;
}

async function panelsHaveData(observer: Observer): Promise<number> {
  const text = readFileSync(join(PROJECT, 'docs/monitoring/dashboard.json'), 'utf8');
  const { panels } = JSON.parse(text) as { panels: { title: string; targets: { expr: string }[] }[] };
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const query = expr.replaceAll('$namespace', NAMESPACE).replaceAll('$__rate_interval', '20s');
      const { result } = await ask<{ result: { value: [number, string] }[] }>(
        observer,
        `query?query=${encodeURIComponent(query)}`,
      );
      const values = result.map(({ value }) => value[1]);
      holds(
        values.some((value) => value !== 'NaN'),
        `the panel "${title}" has data`,
        { query, values },
      );
    }
  }
  return panels.length;
}

/** The data of an answer of the API of Prometheus. */
async function ask<T>(observer: Observer, path: string): Promise<T> {
  const answer = await observer.ask<{ status: string; data: T }>(9090, `v1/${path}`);
  holds(answer.status === 'success', `Prometheus answers ${path}`, answer);
  return answer.data;
}
