import { join } from 'node:path';
import type { Context, Step } from '../context';
import { NAMESPACE, type Blog } from '../support/blog';
import { must } from '../support/command';
import type { Pod } from '../support/kubectl';
import { Load, evidenceOf, noneFailed } from '../support/load';
import { GATEWAY_NAMESPACE } from '../support/probes';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { ownPod } from '../support/publisher';
import { TEST_IMAGES } from '../support/test-images';
import { sleep, until } from '../support/until';

const PATH = '/api/comments/00000000-0000-4000-8000-000000000000';
const CHART = 'src/charts/blog/comments.ts';
const NOW = "image: Image.service('comments')";
/** The text that the first stage replaces. */
const BEFORE = `${NOW},\n    replicas: 2`;
const NEXT = `Image.of('${TEST_IMAGES.nextComments}')`;

/** The stages of the chart of comments, in order. */
const STAGES = {
  canary: `${NOW}, replicas: 3, strategy: { canary: { image: ${NEXT}, weight: 25 } }`,
  raised: `${NOW}, replicas: 3, strategy: { canary: { image: ${NEXT}, weight: 50 } }`,
  undone: `${NOW}, replicas: 3, strategy: { canary: { image: ${NEXT}, weight: 0 } }`,
  finished: `image: ${NEXT}, replicas: 3, strategy: { canary: { image: ${NEXT}, weight: 0 } }`,
  blue: `image: ${NEXT}, replicas: 2, strategy: { blueGreen: { green: Image.service('comments'), live: 'blue' } }`,
  green: `image: ${NEXT}, replicas: 2, strategy: { blueGreen: { green: Image.service('comments'), live: 'green' } }`,
};
/** The objects that remain at the end, because apply deletes nothing. */
const LEFT = [
  ...['canary', 'green'].flatMap((track) =>
    ['deployment', 'poddisruptionbudget'].map((kind) => `${kind}/comments-${track}`),
  ),
  'service/comments-preview',
];

export const releases: Step = {
  name: 'releases',
  promise:
    'A canary of comments gets its share, is raised, undone and finished, and blue and green are switched in both directions. No request fails.',
  async run(context) {
    const { blog, kubectl, gateway, signal } = context;
    const copy = new ProjectCopy();
    let load: Load | undefined;
    try {
      const folders = await synthesized(copy, signal);
      const path = `/api/comments/${await gateway.newPost('Releases')}`;
      load = new Load(gateway, [
        { name: 'comments', path: PATH, rate: 40, expect: 200 },
        { name: 'new comment', path, rate: 3, expect: 201, body: () => ({ content: `Load ${Date.now()}` }) },
      ]);
      const stage = async (name: keyof typeof STAGES) => {
        context.say(name);
        await blog.apply(folders[name]);
        await blog.ready();
      };
      const evidence = { ...(await canary(context, stage)), ...(await blueGreen(context, stage)) };
      const figures = await load.stop();
      noneFailed(figures, 'no request fails');
      return { ...evidence, ...evidenceOf(figures) };
    } finally {
      await load?.stop();
      await blog.apply();
      await kubectl.run(['-n', NAMESPACE, 'delete', '--ignore-not-found', ...LEFT]);
      copy.remove();
    }
  },
};

type Stage = (name: keyof typeof STAGES) => Promise<void>;

async function canary({ blog, say }: Context, stage: Stage): Promise<object> {
  const before = await blog.readyPods('comments');
  await stage('canary');
  const started = await answered(blog, 15);
  say(`answered by: ${JSON.stringify(started)}`);
  holds(near(shareOf(started, 'blog-canary'), 25), 'one replica of four answers 20 to 30 % of the requests', started);
  await stage('raised');
  const raised = await answered(blog, 8);
  holds(near(shareOf(raised, 'blog-canary'), 50), 'three replicas of six answer 40 to 60 % of the requests', raised);
  await stage('undone');
  await until('the canary is gone', 120, async () => (await podsOf(blog, 'blog-canary')).length === 0);
  const still = await podsOf(blog, 'blog');
  holds(
    before.every((pod) => still.some(({ metadata }) => metadata.uid === pod.metadata.uid)),
    'the other pods stay the same',
    still.map(({ metadata }) => metadata.name),
  );

  await stage('finished');
  const finished = await blog.readyPods('comments');
  holds(
    finished.length === 3 && finished.every((pod) => trackOf(pod) === 'blog' && runs(pod, TEST_IMAGES.nextComments)),
    'all three replicas are the next release',
    finished.map(({ metadata, spec }) => [metadata.name, spec.containers]),
  );
  return { canaryInPercent: shareOf(started, 'blog-canary'), raisedInPercent: shareOf(raised, 'blog-canary') };
}

async function blueGreen(context: Context, stage: Stage): Promise<object> {
  const { blog } = context;
  await stage('blue');
  const pods = await blog.readyPods('comments');
  const looked = await answeredDuring(blog, () => look(context, 10));
  holds(
    looked.blog! > 0 && looked['blog-green'] === 10,
    'blue answers requests, and green answers the preview',
    looked,
  );

  for (const [live, name] of [
    ['green', 'blog-green'],
    ['blue', 'blog'],
  ] as const) {
    await stage(live);
    await until(`${live} answers everything`, 60, async () => shareOf(await answered(blog, 4), name) === 100);
  }
  const after = await blog.readyPods('comments');
  const ids = (list: Pod[]) => JSON.stringify(list.map(({ metadata }) => metadata.uid).toSorted());
  holds(ids(after) === ids(pods), 'a switch replaces no pod');
  return { switches: 2 };
}

/** The manifests of each stage, in a folder per stage. */
async function synthesized(copy: ProjectCopy, signal: AbortSignal): Promise<Record<keyof typeof STAGES, string>> {
  const folders: Record<string, string> = {};
  let text = BEFORE;
  for (const [name, next] of Object.entries(STAGES)) {
    copy.edit(CHART, text, next);
    await must('node', ['bin/callsign.js', 'synth', '--out', name], { cwd: copy.folder, signal });
    folders[name] = join(copy.folder, name);
    text = next;
  }
  return folders;
}

/** The number of reads that each release of comments answers within some seconds. */
function answered(blog: Blog, seconds: number): Promise<Record<string, number>> {
  return answeredDuring(blog, () => sleep(seconds * 1_000));
}

async function answeredDuring(blog: Blog, wait: () => Promise<unknown>): Promise<Record<string, number>> {
  const pods = await blog.readyPods('comments');
  const before = await Promise.all(pods.map((pod) => reads(blog, pod)));
  await wait();
  const after = await Promise.all(pods.map((pod) => reads(blog, pod)));
  const by: Record<string, number> = {};
  for (const [i, pod] of pods.entries()) by[trackOf(pod)] = (by[trackOf(pod)] ?? 0) + after[i]! - before[i]!;
  return by;
}

async function reads(blog: Blog, pod: Pod): Promise<number> {
  const requests = await blog.metric(pod, 'http_request_duration_seconds_count');
  return [...requests].reduce(
    (sum, [labels, count]) =>
      labels.includes('method="GET"') && labels.includes('route="/comments/:id"') ? sum + count : sum,
    0,
  );
}

/** Requests the preview from the namespace of the gateway, which may call comments. The gateway has no route to it. */
async function look({ kubectl }: Context, times: number): Promise<void> {
  const [name, namespace] = ['e2e-look', GATEWAY_NAMESPACE];
  const program = `
const ask = () => fetch('http://comments-preview.${NAMESPACE}${PATH.replace('/api', '')}').then((answer) => answer.text().then(() => answer.status));
Promise.all(Array.from({ length: ${times} }, ask)).then((statuses) => console.log(JSON.stringify(statuses)));`;
  try {
    await kubectl.apply(ownPod(name, ['node', '-e', 'setInterval(() => {}, 60_000)'], { namespace }));
    await until(
      'the pod that looks runs',
      60,
      async () => (await kubectl.get<Pod>('pod', name, '-n', namespace)).status.phase === 'Running',
    );
    const statuses = await kubectl.script<number[]>(namespace, name, program);
    holds(statuses.length === times && statuses.every((status) => status === 200), 'the preview answers', statuses);
  } finally {
    await kubectl.run(['-n', namespace, 'delete', 'pod', name, '--ignore-not-found', '--wait=false']);
  }
}

async function podsOf(blog: Blog, track: string): Promise<Pod[]> {
  return (await blog.pods('comments')).filter((pod) => trackOf(pod) === track);
}

const trackOf = ({ metadata }: Pod): string => metadata.labels?.['app.kubernetes.io/instance'] ?? '';
const runs = ({ spec }: Pod, image: string): boolean => spec.containers.some((container) => container.image === image);
const near = (share: number, wanted: number): boolean => Math.abs(share / wanted - 1) <= 0.2;

function shareOf(by: Readonly<Record<string, number>>, track: string): number {
  const total = Object.values(by).reduce((sum, count) => sum + count, 0);
  return Math.round((1_000 * (by[track] ?? 0)) / total) / 10;
}
