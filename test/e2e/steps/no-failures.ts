import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { Load, evidenceOf, type Figures } from '../support/load';
import type { Pod } from '../support/kubectl';
import { holds } from '../support/promise';
import { TEST_IMAGES } from '../support/test-images';
import { sleep, until } from '../support/until';

const MOVED = ['posts', 'comments'];
/** As many failures as chance alone does not make. */
const ENOUGH = 10;

export const noFailures: Step = {
  name: 'no-failures',
  promise:
    'No request fails while posts and comments are rolled, scaled and deleted pod by pod; without pause and readiness some do.',
  async run(context) {
    const figures = await underLoad(context, () => moveEverything(context));
    holds(figures.failed === 0, 'no request fails while things move', {
      ...evidenceOf(figures),
      first: figures.failures.slice(0, 10),
    });

    context.say('the same without the pause before the end and without the readiness probe');
    const control = await underLoad(context, (load) => moveCarelessly(context, load));
    // Those without a pause are gone before the gateway knows: nobody else shall meet them.
    await context.blog.apply();
    await context.blog.ready();
    await ended(context);
    await sleep(3_000);
    holds(
      control.failed >= ENOUGH,
      'without pause and readiness requests fail, or this step proves nothing',
      evidenceOf(control),
    );
    return { ...evidenceOf(figures), negativeControl: evidenceOf(control) };
  },
};

async function underLoad(context: Context, move: (load: Load) => Promise<void>): Promise<Figures> {
  const load = new Load(context.gateway);
  try {
    await move(load);
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load.stop();
}

async function moveEverything(context: Context): Promise<void> {
  const { kubectl, blog, say } = context;
  say('rolled to a new tag');
  await kubectl.must(['-n', NAMESPACE, 'set', 'image', 'deployment/posts', `posts=${TEST_IMAGES.nextPosts}`]);
  await kubectl.must(['-n', NAMESPACE, 'set', 'image', 'deployment/comments', `comments=${TEST_IMAGES.nextComments}`]);
  await blog.ready();
  for (const copies of [4, 2]) {
    say(`scaled to ${copies}`);
    for (const name of MOVED)
      await kubectl.must(['-n', NAMESPACE, 'scale', `deployment/${name}`, `--replicas=${copies}`]);
    await blog.ready();
  }
  await ended(context);
  say('deleted one by one');
  // A pod of each at once: they do not stand in for one another.
  const doomed = await Promise.all(MOVED.map((name) => blog.readyPods(name)));
  for (let i = 0; i < Math.max(...doomed.map((pods) => pods.length)); i++) {
    const names = doomed.flatMap((pods) => pods[i]?.metadata.name ?? []);
    await kubectl.must(['-n', NAMESPACE, 'delete', 'pod', '--wait=false', ...names]);
    await until('the deleted pods are replaced', 120, async () => {
      await blog.ready();
      return (await blog.pods()).every(({ metadata }) => !names.includes(metadata.name));
    });
  }
  await ended(context);
}

/** Takes away what keeps requests from failing, and rolls under load until some do, four times at most. */
async function moveCarelessly({ kubectl, blog }: Context, load: Load): Promise<void> {
  const remove = ['lifecycle', 'readinessProbe', 'startupProbe'].map((field) => ({
    op: 'remove',
    path: `/spec/template/spec/containers/0/${field}`,
  }));
  for (const name of MOVED)
    await kubectl.must(['-n', NAMESPACE, 'patch', 'deployment', name, '--type=json', '-p', JSON.stringify(remove)]);
  await blog.ready();
  for (let round = 0; round < 4 && load.failed < ENOUGH; round++) {
    for (const name of MOVED) await kubectl.must(['-n', NAMESPACE, 'rollout', 'restart', `deployment/${name}`]);
    await blog.ready();
  }
}

/** Also the last moments of those that go are under load. */
async function ended({ kubectl }: Context): Promise<void> {
  await until('the old pods are gone', 120, async () =>
    (await kubectl.list<Pod>('pods', '-n', NAMESPACE)).every(
      ({ metadata }) => metadata.deletionTimestamp === undefined,
    ),
  );
}
