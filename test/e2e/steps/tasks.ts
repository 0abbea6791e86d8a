import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { ChartsApp, succeeded } from '../support/charts-app';
import { isReady, type KubeObject, type Pod } from '../support/kubectl';
import { holds } from '../support/promise';
import { secondsSince, until } from '../support/until';

const NAMESPACE = 'tasks';
const PROGRAM = readFileSync(join(__dirname, '..', 'programs', 'shop.js'), 'utf8');

interface Release {
  /** What the shop selects. */
  readonly shop: number;
  /** The migration that runs before it. */
  readonly migration: string;
  /** The image of the migration, if it is not that of the shop. */
  readonly image?: string;
}

const charts = ({ shop, migration, image = "Image.service('posts')" }: Release) => `
  const chart = new Chart(app, '${NAMESPACE}', { namespace: '${NAMESPACE}' });
  new Namespace(chart, '${NAMESPACE}');
  const database = new Database(chart, 'shop-db');
  const program = (mode: string, VERSION = '1') => ({
    image: Image.service('posts'),
    command: ['node', '-e', ${JSON.stringify(PROGRAM)}, mode],
    env: { VERSION },
    resources: { cpu: '25m' },
  });
  const pod = { shutdown: { pause: 3, grace: 10 }, health: { live: 'tcp', ready: '/' } } as const;
  const shop = new Microservice(chart, 'shop', { ...program('serve', '${shop}'), ...pod, database, replicas: 2 });
  const call = new Microservice(chart, 'call', { ...program('call'), ...pod, replicas: 1 });
  call.calls(shop);
  new Task(chart, 'migration', { ...program('migrate', '${migration}'), image: ${image}, database, retries: 0, before: [shop] });
  new CronTask(chart, 'report', { ...program('report'), database, schedule: '* * * * *' });`;

interface Counts {
  readonly sent: number;
  readonly failed: number;
  readonly bodies: Readonly<Record<string, number>>;
}
interface Run {
  readonly version: string;
  readonly began: string;
  readonly ended: string;
}
type Job = KubeObject & { status: { conditions?: { type: string; status: string }[] } };

export const tasks: Step = {
  name: 'tasks',
  promise:
    'A part is rolled out only after its migration succeeded. A failed migration leaves the old pods, a version runs once, and two versions never at the same time. No request fails.',
  apart: true,
  minutes: 6,
  async run(context) {
    const app = new ChartsApp(context, [NAMESPACE]);
    return app.use(async () => {
      app.write(charts({ shop: 1, migration: '1' }));
      succeeded(await app.callsignFor(300_000, 'apply'));
      const old = await shopPods(context);
      const first = (await jobsOf(context))[0]!.metadata.name;
      await until('the caller gets answers', 60, async () => (await counts(context)).sent > 0);

      context.say('a migration that fails');
      app.write(charts({ shop: 2, migration: 'broken' }));
      const failed = await app.callsignFor(300_000, 'apply');
      holds(
        failed.code === 1 && failed.out.includes('relation "missing" does not exist'),
        'the failed migration is reported with its log',
        failed,
      );
      const still = await shopPods(context);
      holds(
        old.every((uid) => still.includes(uid)),
        'the old pods continue',
        { old, still },
      );

      context.say('a migration that works, with kubectl');
      const applying = Date.now();
      await applyWithKubectl(context, app, { shop: 2, migration: '2' });
      await rolledOut(context);
      const secondsToRollOut = secondsSince(applying);
      await until('the caller gets the new answer', 30, async () =>
        Object.keys((await counts(context)).bodies).some((body) => body.includes('"stock":7')),
      );
      await applyWithKubectl(context, app, { shop: 2, migration: '2' });

      context.say('a version while an older one runs');
      await applyWithKubectl(context, app, { shop: 2, migration: 'slow' });
      await until('the slow migration runs', 60, async () => (await programs(context)).includes('running'));
      await applyWithKubectl(context, app, { shop: 2, migration: 'next' });
      await succeededOnce(context);
      const runs = await sql<Run>(context, 'SELECT * FROM runs ORDER BY began');
      holds(
        runs.map(({ version }) => version).join() === '1,2,slow,next',
        'each version ran once, and the failed one left nothing',
        runs,
      );
      holds(
        Date.parse(runs[3]!.began) >= Date.parse(runs[2]!.ended),
        'the two versions did not run at the same time',
        runs,
      );

      context.say('a version that never starts');
      await applyWithKubectl(context, app, { shop: 2, migration: 'next', image: "Image.of('callsign/missing:1')" });
      await until('its image is missing', 60, async () => (await programs(context)).includes('waiting'));
      const stuck = (await jobsOf(context)).at(-1)!.metadata.name;
      const replacing = Date.now();
      app.write(charts({ shop: 2, migration: 'last' }));
      succeeded(await app.callsignFor(300_000, 'apply'));
      const secondsToReplace = secondsSince(replacing);
      const jobs = (await jobsOf(context)).map(({ metadata }) => metadata.name);
      const gone = [first, stuck].filter((name) => !jobs.includes(name));
      holds(gone.length === 2, 'the first Job left the charts, and the one that never started was replaced', {
        first,
        stuck,
        jobs,
      });

      const reports = await until('the task with a schedule ran', 90, async () => {
        const [{ count } = { count: 0 }] = await sql<{ count: number }>(context, 'SELECT count(*)::int FROM reports');
        return count > 0 && count;
      });
      const { sent, failed: lost } = await counts(context);
      holds(sent > 100 && lost === 0, 'no request fails', { sent, failed: lost });
      return { sent, failed: lost, secondsToRollOut, secondsToReplace, reports };
    });
  },
};

/** As `kubectl apply -f k8s-out`. */
async function applyWithKubectl({ kubectl }: Context, app: ChartsApp, release: Release): Promise<void> {
  app.write(charts(release));
  succeeded(await app.callsign('synth', '--out', 'out'));
  await kubectl.must(['apply', '-f', join(app.folder, 'out')]);
}

async function rolledOut({ kubectl }: Context): Promise<void> {
  await kubectl.must(['-n', NAMESPACE, 'rollout', 'status', 'deployment/shop', '--timeout=180s'], {
    timeoutMs: 190_000,
  });
}

/** Waits until the newest Job is complete. */
async function succeededOnce(context: Context): Promise<void> {
  await until('the newest migration is complete', 120, async () => {
    const newest = (await jobsOf(context)).at(-1);
    return newest?.status.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True');
  });
}

/** The Jobs of the migration, the oldest first. */
async function jobsOf({ kubectl }: Context): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=migration');
  const created = ({ metadata }: Job) => (metadata as { creationTimestamp?: string }).creationTimestamp ?? '';
  return jobs.toSorted((a, b) => (created(a) < created(b) ? -1 : 1));
}

/** The states of the program in the pods of the migration. */
async function programs({ kubectl }: Context): Promise<string[]> {
  const pods = await kubectl.list<Pod>('pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=migration');
  return pods.flatMap(({ status }) => {
    const { initContainerStatuses = [] } = status as { initContainerStatuses?: { name: string; state: object }[] };
    const wait = initContainerStatuses.find(({ name }) => name === 'wait');
    const program = initContainerStatuses.find(({ name }) => name === 'migration');
    return wait && 'terminated' in wait.state ? Object.keys(program?.state ?? {}) : [];
  });
}

async function shopPods({ kubectl }: Context): Promise<string[]> {
  const pods = await kubectl.list<Pod>('pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=shop');
  return pods.filter(isReady).map(({ metadata }) => metadata.uid);
}

async function counts({ kubectl }: Context): Promise<Counts> {
  const ask = "fetch('http://localhost:' + process.env.PORT).then((answer) => answer.text()).then(console.log)";
  return kubectl.script<Counts>(NAMESPACE, 'deployment/call', ask);
}

async function sql<Row>({ kubectl }: Context, query: string): Promise<Row[]> {
  const ask = `
const { DATABASE_HOST: host, DATABASE_NAME: database, DATABASE_USER: user, DATABASE_PASSWORD: password } = process.env;
const pool = new (require('pg').Pool)({ host, database, user, password });
pool.query(${JSON.stringify(query)}).then(({ rows }) => { console.log(JSON.stringify(rows)); return pool.end(); });`;
  return kubectl.script<Row[]>(NAMESPACE, 'deployment/shop', ask);
}
