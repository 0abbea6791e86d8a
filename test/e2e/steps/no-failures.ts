import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { Load, evidenceOf, repeatWrites, type Figures, noneFailed } from '../support/load';
import { holds } from '../support/promise';
import { TEST_IMAGES } from '../support/test-images';
import { sleep, until } from '../support/until';

const MOVED = ['posts', 'comments'];
/** This many failures are not chance. */
const ENOUGH = 10;

export const noFailures: Step = {
  name: 'no-failures',
  promise:
    'No request fails while posts and comments are rolled out, scaled, and deleted pod by pod. Without the pause and the readiness probe some fail, and repeating them doubles nothing.',
  core: true,
  async run(context) {
    const figures = await underLoad(context, () => moveEverything(context));
    noneFailed(figures, 'no request fails during the changes');

    context.say('the same without the preStop pause and the readiness probe');
    const control = await underLoad(context, (load) => moveCarelessly(context, load));
    // Pods without a pause end before the gateway knows it: later steps must not meet them.
    await context.blog.apply();
    await context.blog.ready();
    await context.blog.oldPodsGone();
    await sleep(3_000);
    holds(
      control.failed >= ENOUGH,
      'without pause and readiness probe requests fail (otherwise this step proves nothing)',
      evidenceOf(control),
    );
    await repeatWrites(context, figures);
    const repeatedWrites = await repeatWrites(context, control);
    return { ...evidenceOf(figures), negativeControl: { ...evidenceOf(control), repeatedWrites } };
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
  say('rolled out a new tag');
  await kubectl.must(['-n', NAMESPACE, 'set', 'image', 'deployment/posts', `posts=${TEST_IMAGES.nextPosts}`]);
  await kubectl.must(['-n', NAMESPACE, 'set', 'image', 'deployment/comments', `comments=${TEST_IMAGES.nextComments}`]);
  await blog.ready();
  for (const replicas of [4, 2]) {
    say(`scaled to ${replicas}`);
    for (const name of MOVED)
      await kubectl.must(['-n', NAMESPACE, 'scale', `deployment/${name}`, `--replicas=${replicas}`]);
    await blog.ready();
  }
  await blog.oldPodsGone();
  say('deleted one by one');
  // One pod of each microservice at a time, in parallel: they do not replace each other.
  const doomed = await Promise.all(MOVED.map((name) => blog.readyPods(name)));
  for (let i = 0; i < Math.max(...doomed.map((pods) => pods.length)); i++) {
    const names = doomed.flatMap((pods) => pods[i]?.metadata.name ?? []);
    await kubectl.must(['-n', NAMESPACE, 'delete', 'pod', '--wait=false', ...names]);
    // By the pods: for a moment after a deletion the status of the Deployment still counts the deleted one.
    await until('the deleted pods are replaced', 120, async () => {
      const ready = await Promise.all(MOVED.map((name) => blog.readyPods(name)));
      return ready.every((pods, j) => pods.length === doomed[j]!.length);
    });
  }
  await blog.oldPodsGone();
}

/** Removes the protection, and starts rollouts under load until requests fail, at most four times. */
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
