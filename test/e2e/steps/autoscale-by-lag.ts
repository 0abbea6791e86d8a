import { parseQuantity } from '../../../src/k8s/quantity';
import type { ScheduleStep } from '../../../src/index';
import { EXTERNAL_METRICS, EXTERNAL_METRICS_SERVICE, prometheusAdapter } from '../addons/prometheus-adapter';
import { prometheus } from '../addons/prometheus';
import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { newPosts } from '../support/gateway';
import { isReady, type KubeObject, type Pod } from '../support/kubectl';
import { verifyLedger } from '../support/ledger';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { secondsSince, sleep, until } from '../support/until';

/** The metric in the option `backlog` of the bus. */
const METRIC = 'event_bus_lag_in_log';
/** Events that may wait for each replica. */
const TARGET = 200;
const MAX = 3;
/** The minimum that the schedule sets before and after the step that is due. */
const [BEFORE, AFTER] = [1, 2];
const MINUTE = 60_000;
/** Enough time until the backlog has added replicas. */
const LEAD = 4 * MINUTE;
/** Events per second. Each has a verdict of moderation, and query gets both. */
const RATE = 10;
/** Two looks of an autoscaler, which looks every 15 s. */
const TWO_LOOKS_MS = 35_000;
const SCHEDULED = 'cronjob,job,serviceaccount,role,rolebinding,networkpolicy';

export const autoscaleByLag: Step = {
  name: 'autoscale-by-lag',
  promise:
    'The events that wait add replicas of the bus, and without them the bus shrinks to the minimum of its schedule, which changes meanwhile. No event is lost or doubled. Without a source of the metric, the number stays.',
  minutes: 12,
  async run(context) {
    const { kubectl, signal } = context;
    const adapter = prometheusAdapter(context);
    const project = new ProjectCopy();
    try {
      await adapter.load();
      return await prometheus(context, NAMESPACE).use(async () => {
        const due = Math.ceil((Date.now() + LEAD) / MINUTE) * MINUTE;
        project.edit('src/charts/blog/event-bus.ts', 'replicas: 2', scaledByLag(due));
        const manifests = await project.synth(signal);
        await context.blog.apply(manifests);
        const publisher = await waitingEvents(context, due);
        const control = await withoutSource(context);
        const rest = await adapter.use(async () => ({
          ...(await grows(context, manifests)),
          ...(await scheduleIsDue(context, due)),
          ...(await shrinks(context)),
        }));
        const { accepted, published } = await publisher.finish();
        return {
          ...control,
          ...rest,
          attemptsNotAnswered202: published.failures,
          ...(await verifyLedger(context, { accepted }, 180)),
        };
      });
    } finally {
      project.remove();
      const scheduled = ['delete', SCHEDULED, '-l', 'app.kubernetes.io/name=event-bus-schedule'];
      await kubectl.run(['-n', NAMESPACE, ...scheduled, '--ignore-not-found']);
      await kubectl.run(['-n', NAMESPACE, 'delete', 'horizontalpodautoscaler', 'event-bus', '--ignore-not-found']);
      await kubectl.run(['-n', NAMESPACE, 'scale', 'deployment/query', 'deployment/event-bus', '--replicas=2']);
    }
  },
};

/** The options of the bus. The other step of the schedule was due twelve hours ago. */
function scaledByLag(due: number): string {
  const timeOf = (moment: number) => new Date(moment).toISOString().slice(11, 16);
  const schedule: ScheduleStep[] = [
    { at: timeOf(due), replicas: AFTER },
    { at: timeOf(due - 12 * 60 * MINUTE), replicas: BEFORE },
  ];
  return `schedule: ${JSON.stringify(schedule)},\n    autoscale: { max: ${MAX}, backlog: ${TARGET}, calm: 15 }`;
}

/** Publishes events during the whole step. Query is down, so they wait for it. */
async function waitingEvents(context: Context, due: number): Promise<Publisher> {
  const { kubectl, blog, gateway, say } = context;
  await until('the Job of the schedule has run', 120, async () => hasRun(context));
  await blog.ready();
  await until('before the backlog there is one replica', 60, async () => (await busOf(context)).wanted === BEFORE);
  const posts = await newPosts(gateway, 20);
  await kubectl.must(['-n', NAMESPACE, 'scale', 'deployment/query', '--replicas=0']);
  const seconds = Math.ceil((due - Date.now()) / 1_000) + 120;
  const publisher = await Publisher.start(kubectl, { posts, rate: RATE, seconds });
  const waiting = await until('enough events wait for all replicas', 240, async () => {
    const lag = await blog.deliveriesToCome();
    return lag > MAX * TARGET * 1.1 && lag;
  });
  say(`${waiting} deliveries wait, and the step of the schedule is due in ${Math.round((due - Date.now()) / 1_000)} s`);
  return publisher;
}

/** The negative control: events wait, but nothing serves the metric. */
async function withoutSource(context: Context): Promise<object> {
  await sleep(TWO_LOOKS_MS);
  const bus = await busOf(context);
  holds(
    bus.problem === 'FailedGetExternalMetric' && bus.wanted === bus.min && bus.wanted < MAX,
    'without a source of the metric, the number of replicas stays at the minimum',
    bus,
  );
  return { replicasWithoutSource: bus.wanted };
}

async function grows(context: Context, manifests: string): Promise<object> {
  const { kubectl, blog, say } = context;
  const rising = Date.now();
  await kubectl.must(['wait', '--for=condition=Available', EXTERNAL_METRICS_SERVICE, '--timeout=120s'], {
    timeoutMs: 130_000,
  });
  await until(`${MAX} replicas are ready`, 240, async () => (await busOf(context)).ready === MAX);
  const secondsUp = secondsSince(rising);
  const seen = await seenLag(context);
  say(`${MAX} replicas after ${secondsUp} s, with ${seen.metric} deliveries waiting`);
  await until('each replica delivers events', 90, async () => {
    const pods = await blog.readyPods('event-bus');
    const delivered = await Promise.all(pods.map((pod) => deliveredBy(context, pod)));
    if (pods.length !== MAX || delivered.includes(0)) throw new Error(`they delivered ${delivered.join(', ')}`);
    return true;
  });
  const before = await busOf(context);
  // Only the bus: an apply of everything would start query.
  await kubectl.must(['apply', '-f', manifests, '-l', 'app.kubernetes.io/name=event-bus']);
  await sleep(3_000);
  const after = await busOf(context);
  holds(
    after.wanted === MAX && after.generation === before.generation && after.min === before.min,
    'an apply of the same manifests changes neither the number nor the minimum',
    { before, after },
  );
  return { secondsUp, waiting: seen.metric };
}

/** The step of the schedule raises the minimum. The backlog needs more, so the number does not change. */
async function scheduleIsDue(context: Context, due: number): Promise<object> {
  await until('the step of the schedule is due', LEAD / 1_000 + 60, async () => Date.now() >= due);
  await until('the schedule has raised the minimum', 180, async () => (await busOf(context)).min === AFTER);
  await sleep(TWO_LOOKS_MS);
  const bus = await busOf(context);
  holds(bus.wanted === MAX, 'the minimum of the schedule takes away no replica that the backlog needs', bus);
  return { minimum: `${BEFORE}, then ${AFTER}` };
}

async function shrinks(context: Context): Promise<object> {
  const { kubectl, blog, say } = context;
  await kubectl.must(['-n', NAMESPACE, 'scale', 'deployment/query', '--replicas=2']);
  const falling = Date.now();
  await until('few events wait', 240, async () => (await blog.deliveriesToCome()) < TARGET);
  const secondsToDrain = secondsSince(falling);
  const low = Date.now();
  await until(`${AFTER} replicas are left`, 240, async () => (await busOf(context)).wanted === AFTER);
  const secondsDown = secondsSince(low);
  say(`drained in ${secondsToDrain} s, ${AFTER} replicas after ${secondsDown} s more`);
  await sleep(TWO_LOOKS_MS);
  const bus = await busOf(context);
  holds(bus.wanted === AFTER && bus.problem === undefined, 'the minimum of the schedule stays', bus);
  return { secondsToDrain, secondsDown };
}

/** Whether the Job that runs after an apply has set the minimum. */
async function hasRun({ kubectl }: Context): Promise<boolean> {
  type Job = KubeObject & { readonly status: { readonly succeeded?: number } };
  const jobs = await kubectl.list<Job>('jobs', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=event-bus-schedule');
  return jobs.some(({ status }) => status.succeeded === 1);
}

interface Autoscaler extends KubeObject {
  readonly spec: { readonly minReplicas?: number };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  };
}

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number };
}

interface Bus {
  readonly wanted: number;
  readonly ready: number;
  readonly generation: number | undefined;
  /** The minimum of the autoscaler. */
  readonly min: number | undefined;
  /** Why the autoscaler cannot compute a number. */
  readonly problem: string | undefined;
}

async function busOf({ kubectl, blog }: Context): Promise<Bus> {
  const name = 'event-bus';
  const { metadata, spec } = await kubectl.get<Deployment>('deployment', name, '-n', NAMESPACE);
  const autoscaler = await kubectl.get<Autoscaler>('horizontalpodautoscaler', name, '-n', NAMESPACE);
  const active = autoscaler.status?.conditions?.find(({ type }) => type === 'ScalingActive');
  return {
    wanted: spec.replicas,
    ready: (await blog.pods(name)).filter(isReady).length,
    generation: metadata.generation,
    min: autoscaler.spec.minReplicas,
    problem: active?.status === 'False' ? active.reason : undefined,
  };
}

/**
 * What the autoscaler sees. Each replica reports all events that wait, so their sum would be a multiple of the truth.
 */
async function seenLag({ kubectl, blog }: Context): Promise<{ metric: number; log: number }> {
  const path = `${EXTERNAL_METRICS}/namespaces/${NAMESPACE}/${METRIC}`;
  const { items } = JSON.parse(await kubectl.must(['get', '--raw', path])) as { items: { value: string }[] };
  const log = await blog.deliveriesToCome();
  const metric = parseQuantity(items[0]?.value) ?? 0;
  const seen = { metric, log, items };
  // Prometheus reads the metric every five seconds, and more events wait from one to the next.
  holds(items.length === 1 && metric > log / 2 && metric < log * 1.2, 'the metric is the lag of the log', seen);
  return seen;
}

async function deliveredBy({ blog }: Context, pod: Pod): Promise<number> {
  const bySubscriber = await blog.metric(pod, 'event_bus_delivered_total');
  return [...bySubscriber.values()].reduce((sum, count) => sum + count, 0);
}
