import { join } from 'node:path';
import type { Context, Step } from '../context';
import { must } from '../support/command';
import { Gateway } from '../support/gateway';
import { isReady, nameOf, restartsOf, type KubeObject, type Pod } from '../support/kubectl';
import { Load, type Target, noneFailed } from '../support/load';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { PUBLIC_VARIABLES } from '../support/public-gateway';
import { TEST_IMAGES } from '../support/test-images';
import { secondsSince, sleep, until } from '../support/until';

/** The shapes of docs/shapes.md, each with its parts and their replicas. */
const SHAPES = {
  'one-process': { notes: 1 },
  'two-tiers': { notes: 2, store: 1 },
  'three-tiers': { notes: 2, store: 1, web: 2 },
  'behind-a-gateway': { notes: 2, store: 1, web: 2 },
} as const;
type Shape = keyof typeof SHAPES;
const NAMESPACE = 'notes';
const IMAGE = 'node:24-slim';
const PAGE: Target = { name: 'page', path: '/', rate: 20, expect: 200 };

export const shapes: Step = {
  name: 'shapes',
  promise:
    'The four shapes are applied one over the other. Every note stays, every part is healthy, and one part can restart while the others continue.',
  async run(context) {
    const app = new Notes(context);
    try {
      await context.kubectl.gone(NAMESPACE);
      const kept = await keepsItsNotes(app);
      const steps = await fromShapeToShape(context, app);
      return { ...kept, ...steps, ...(await restarts(context, app)) };
    } finally {
      await context.kubectl.run(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false']);
      app.project.remove();
    }
  },
};

/** The first shape stores notes on a volume. They survive a new pod and a new image. */
async function keepsItsNotes(app: Notes): Promise<object> {
  const chart = 'src/charts/patterns/one-process.ts';
  app.project.edit(chart, IMAGE, TEST_IMAGES.nextNode);
  await app.become('one-process');
  await app.write('from the beginning');
  const [before] = await app.pods();
  await app.kubectl('delete', 'pod', before!.metadata.name);
  await app.settled('one-process');
  await app.has('from the beginning', 'after the pod was deleted');

  app.project.edit(chart, TEST_IMAGES.nextNode, IMAGE);
  await app.become('one-process');
  const [after] = await app.pods();
  holds(after!.spec.containers[0]!.image === IMAGE, 'the other image runs', after!.spec);
  await app.has('from the beginning', 'after the image changed');
  return { notesAfterDeletionAndNewImage: 'kept' };
}

/** Applies each shape over the one before, under load. */
async function fromShapeToShape({ say }: Context, app: Notes): Promise<object> {
  const load = new Load(app.client, [PAGE]);
  const seconds: Record<string, number> = {};
  try {
    for (const shape of Object.keys(SHAPES) as Shape[]) {
      const start = Date.now();
      if (shape === 'three-tiers') await swapRoutes(app);
      await app.become(shape);
      seconds[shape] = secondsSince(start);
      await app.well(shape);
      await app.write(`written as ${shape}`);
      await app.has(`written as ${shape}`, `as ${shape}`);
      say(`${shape}: every part is healthy (${load.failed} requests failed so far)`);
    }
    await app.has('from the beginning', 'after the last shape');
    const figures = await load.stop();
    noneFailed(figures, 'no request fails between the shapes');
    return { secondsToBecome: seconds, requestsOnTheWay: figures.sent, failedOnTheWay: figures.failed };
  } finally {
    await load.stop();
  }
}

/** Two routes are swapped, as docs/shapes.md describes. Both targets stay ready and reachable. */
async function swapRoutes(app: Notes): Promise<void> {
  const chart = 'src/charts/patterns/three-tiers.ts';
  const [old, additional, changed] = [
    "{ '/': web }",
    "{ '/': notes, '/next': web }",
    "{ '/': web, '/next': notes }",
  ] as const;
  for (const [from, to] of [
    [old, additional],
    [additional, changed],
  ] as const) {
    app.project.edit(chart, from, to);
    await app.become('three-tiers');
  }
  app.project.edit(chart, changed, old);
}

/** One part restarts, and the pods of the others stay the same. */
async function restarts({ say }: Context, app: Notes): Promise<object> {
  await until('the API answers', 60, async () => (await app.client.ask('/api/notes')).status === 200);
  const writes: string[] = [];
  const body = () => {
    writes.push(`load ${writes.length}`);
    return { note: writes.at(-1) };
  };
  const targets: Target[] = [
    PAGE,
    { name: 'api', path: '/api/notes', rate: 20, expect: 200 },
    { name: 'new note', path: '/api/notes', rate: 3, expect: 201, body },
  ];
  const rolled = await restart(app, 'notes', new Load(app.client, targets));
  const notes = JSON.parse((await app.client.ask('/api/notes')).text) as string[];
  const lost = writes.filter((note) => !notes.includes(JSON.stringify({ note })));
  holds(lost.length === 0, 'every note that was accepted during the restart of notes exists', lost);
  say(`notes restarted: ${JSON.stringify(rolled)}`);

  // The store is down for a moment. The page shows a message and does not fail.
  const away = await restart(app, 'store', new Load(app.client, [PAGE]));
  const still = JSON.parse((await app.client.ask('/api/notes')).text) as string[];
  holds(still.length === notes.length, 'no note is lost or duplicated after the restart of the store', {
    before: notes.length,
    after: still.length,
  });
  say(`store restarted: ${JSON.stringify(away)}`);
  return { restartOfNotes: rolled, restartOfStore: away, notes: still.length };
}

async function restart(app: Notes, part: string, load: Load): Promise<object> {
  try {
    const before = await app.pods();
    await sleep(1_000);
    const start = Date.now();
    await app.kubectl('rollout', 'restart', `deployment/${part}`);
    await app.settled('behind-a-gateway');
    const seconds = secondsSince(start);
    const after = await app.pods();
    const others = (pods: readonly Pod[]) =>
      pods
        .filter((pod) => nameOf(pod) !== part)
        .map((pod) => `${pod.metadata.name} ${restartsOf(pod)}`)
        .toSorted();
    holds(
      after.every((pod) => nameOf(pod) !== part || !before.some(({ metadata }) => metadata.uid === pod.metadata.uid)),
      `the pods of ${part} are new`,
    );
    holds(
      JSON.stringify(others(after)) === JSON.stringify(others(before)),
      'the pods of the other parts are the same and did not restart',
      { before: others(before), after: others(after) },
    );
    const figures = await load.stop();
    noneFailed(figures, `no request fails while ${part} restarts`);
    return { seconds, requests: figures.sent, failed: figures.failed, samePods: others(after).length };
  } finally {
    await load.stop();
  }
}

/** The application of docs/shapes.md, synthesized and applied as on the page. */
class Notes {
  readonly client: Gateway;
  readonly project = new ProjectCopy();

  constructor(private readonly context: Context) {
    this.client = new Gateway(`127.0.0.1:${context.gateway.port}`, 'notes.localhost');
  }

  kubectl(...args: string[]): Promise<string> {
    return this.context.kubectl.must(['-n', NAMESPACE, ...args], { timeoutMs: 120_000 });
  }

  async become(shape: Shape): Promise<void> {
    const { kubectl, signal } = this.context;
    await must('node', ['bin/callsign.js', 'synth', '--app', `src/charts/patterns/${shape}.ts`, '--out', 'k8s-notes'], {
      cwd: this.project.folder,
      env: PUBLIC_VARIABLES,
      signal,
    });
    await kubectl.must(['apply', '-f', join(this.project.folder, 'k8s-notes')]);
    await this.settled(shape);
  }

  /** Waits until the newest pods of every part are Ready, the old pods are gone, and the gateway knows it. */
  async settled(shape: Shape): Promise<void> {
    for (const part of Object.keys(SHAPES[shape]))
      await this.kubectl('rollout', 'status', `deployment/${part}`, '--timeout=180s');
    await until('the old pods are gone', 120, async () =>
      (await this.#allPods()).every(({ metadata }) => metadata.deletionTimestamp === undefined),
    );
    await until('the page shows the notes', 60, async () => (await this.client.ask('/')).text.includes('<ul>'));
  }

  /** The pods that serve requests. */
  async pods(): Promise<Pod[]> {
    return (await this.#allPods()).filter(isReady);
  }

  #allPods(): Promise<Pod[]> {
    return this.context.kubectl.list<Pod>('pods', '-n', NAMESPACE);
  }

  /** Requests the health of each part, at the paths of its probes. */
  async well(shape: Shape): Promise<void> {
    const deployments = (await this.context.kubectl.list<KubeObject>('deployments', '-n', NAMESPACE)).map(
      ({ metadata }) => metadata.name,
    );
    const expected = SHAPES[shape] as Readonly<Record<string, number>>;
    holds(
      deployments.toSorted().join() === Object.keys(expected).join(),
      `${shape} has its parts and no others`,
      deployments,
    );
    const pods = await this.pods();
    const program =
      "Promise.all(['live', 'ready'].map((path) => fetch(`http://localhost:8080/healthz/${path}`).then(({ status }) => status))).then((all) => console.log(JSON.stringify(all)))";
    const answers = await Promise.all(
      pods.map(
        async (pod) =>
          [
            nameOf(pod),
            (await this.context.kubectl.script<number[]>(NAMESPACE, pod.metadata.name, program)).join(),
          ] as const,
      ),
    );
    for (const [part, replicas] of Object.entries(expected)) {
      const said = answers.filter(([name]) => name === part).map(([, answer]) => answer);
      holds(
        said.length === replicas && said.every((answer) => answer === '200,200'),
        `each replica of ${part} is alive and ready`,
        answers,
      );
    }
  }

  /** Writes a note with the form of the page. */
  async write(text: string): Promise<void> {
    const answer = await this.client.ask('/', {
      raw: new URLSearchParams({ text }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    holds(answer.status === 303, `the note "${text}" is accepted`, answer);
  }

  async has(text: string, when: string): Promise<void> {
    const answer = await this.client.ask('/');
    holds(answer.text.includes(`<li>${text}</li>`), `the page shows the note "${text}" ${when}`, answer);
  }
}
