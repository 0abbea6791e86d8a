import { join } from 'node:path';
import type { Context, Step } from '../context';
import { must } from '../support/command';
import { Gateway } from '../support/gateway';
import { isReady, nameOf, restartsOf, type KubeObject, type Pod } from '../support/kubectl';
import { Load, evidenceOf, type Target } from '../support/load';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { TEST_IMAGES } from '../support/test-images';
import { secondsSince, sleep, until } from '../support/until';

/** The shapes of docs/shapes.md, each with its parts and how many copies these have. */
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
    'The four shapes, each applied over the one before: every note stays, every part is well, and one part starts again while the others go on.',
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

/** The first shape, whose notes lie on a volume: a new pod finds them, and so does a new image. */
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

/** People are there all the time. */
async function fromShapeToShape({ say }: Context, app: Notes): Promise<object> {
  const load = new Load(app.door, [PAGE]);
  const seconds: Record<string, number> = {};
  try {
    for (const shape of Object.keys(SHAPES) as Shape[]) {
      const start = Date.now();
      if (shape === 'three-tiers') await moveTheDoor(app);
      await app.become(shape);
      seconds[shape] = secondsSince(start);
      await app.well(shape);
      await app.write(`written as ${shape}`);
      await app.has(`written as ${shape}`, `as ${shape}`);
      say(`${shape}: every part is well (${load.failed} requests failed so far)`);
    }
    await app.has('from the beginning', 'at the end of the way');
    const figures = await load.stop();
    holds(figures.failed === 0, 'no request fails on the way from shape to shape', {
      ...evidenceOf(figures),
      first: figures.failures.slice(0, 10),
    });
    return { secondsToBecome: seconds, requestsOnTheWay: figures.sent, failedOnTheWay: figures.failed };
  } finally {
    await load.stop();
  }
}

/** Two routes change places, as the page tells: where both lead is ready, and may be reached, all the while. */
async function moveTheDoor(app: Notes): Promise<void> {
  const chart = 'src/charts/patterns/three-tiers.ts';
  const [old, beside, changed] = [
    "{ '/': web }",
    "{ '/': notes, '/next': web }",
    "{ '/': web, '/next': notes }",
  ] as const;
  for (const [from, to] of [
    [old, beside],
    [beside, changed],
  ] as const) {
    app.project.edit(chart, from, to);
    await app.become('three-tiers');
  }
  app.project.edit(chart, changed, old);
}

/** One part starts again, and the others stay the pods that they are. */
async function restarts({ say }: Context, app: Notes): Promise<object> {
  await until('the API is there', 60, async () => (await app.door.ask('/api/notes')).status === 200);
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
  const rolled = await restart(app, 'notes', new Load(app.door, targets));
  const notes = JSON.parse((await app.door.ask('/api/notes')).text) as string[];
  const lost = writes.filter((note) => !notes.includes(JSON.stringify({ note })));
  holds(lost.length === 0, 'every note that was taken while notes started again is there', lost);
  say(`notes started again: ${JSON.stringify(rolled)}`);

  // The one who keeps the notes is away for a moment; the page says so, and does not fail.
  const away = await restart(app, 'store', new Load(app.door, [PAGE]));
  const still = JSON.parse((await app.door.ask('/api/notes')).text) as string[];
  holds(still.length === notes.length, 'no note is lost, and none is there twice, after the store started again', {
    before: notes.length,
    after: still.length,
  });
  say(`store started again: ${JSON.stringify(away)}`);
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
      `the pods of ${part} are new ones`,
    );
    holds(
      JSON.stringify(others(after)) === JSON.stringify(others(before)),
      'the other parts are the same pods, and none of them started again',
      { before: others(before), after: others(after) },
    );
    const figures = await load.stop();
    holds(figures.failed === 0, `no request fails while ${part} starts again`, {
      ...evidenceOf(figures),
      first: figures.failures.slice(0, 10),
    });
    return { seconds, requests: figures.sent, failed: figures.failed, samePods: others(after).length };
  } finally {
    await load.stop();
  }
}

/** The application of docs/shapes.md, made and applied as the page says. */
class Notes {
  readonly door: Gateway;
  readonly project = new ProjectCopy();

  constructor(private readonly context: Context) {
    this.door = new Gateway(`127.0.0.1:${context.gateway.port}`, 'notes.localhost');
  }

  kubectl(...args: string[]): Promise<string> {
    return this.context.kubectl.must(['-n', NAMESPACE, ...args], { timeoutMs: 120_000 });
  }

  async become(shape: Shape): Promise<void> {
    const { kubectl, signal } = this.context;
    await must('node', ['bin/callsign.js', 'synth', '--app', `src/charts/patterns/${shape}.ts`, '--out', 'k8s-notes'], {
      cwd: this.project.folder,
      signal,
    });
    await kubectl.must(['apply', '-f', join(this.project.folder, 'k8s-notes')]);
    await this.settled(shape);
  }

  /** Waits until the newest pods of every part are Ready, no others are left, and the gateway knows it. */
  async settled(shape: Shape): Promise<void> {
    for (const part of Object.keys(SHAPES[shape]))
      await this.kubectl('rollout', 'status', `deployment/${part}`, '--timeout=180s');
    await until('the old pods are gone', 120, async () =>
      (await this.#allPods()).every(({ metadata }) => metadata.deletionTimestamp === undefined),
    );
    await until('the page shows the notes', 60, async () => (await this.door.ask('/')).text.includes('<ul>'));
  }

  /** The pods that take requests. */
  async pods(): Promise<Pod[]> {
    return (await this.#allPods()).filter(isReady);
  }

  #allPods(): Promise<Pod[]> {
    return this.context.kubectl.list<Pod>('pods', '-n', NAMESPACE);
  }

  /** Asks each part itself after its health, where its probes ask. */
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
    for (const [part, copies] of Object.entries(expected)) {
      const said = answers.filter(([name]) => name === part).map(([, answer]) => answer);
      holds(
        said.length === copies && said.every((answer) => answer === '200,200'),
        `each copy of ${part} is alive and ready`,
        answers,
      );
    }
  }

  /** Writes a note down, as the form of the page does. */
  async write(text: string): Promise<void> {
    const answer = await this.door.ask('/', {
      raw: new URLSearchParams({ text }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    holds(answer.status === 303, `the note "${text}" is taken`, answer);
  }

  async has(text: string, when: string): Promise<void> {
    const answer = await this.door.ask('/');
    holds(answer.text.includes(`<li>${text}</li>`), `the page shows the note "${text}" ${when}`, answer);
  }
}
