import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { isReady, restartsOf, type Pod } from '../support/kubectl';
import { Load, evidenceOf, noneFailed } from '../support/load';
import { holds } from '../support/promise';
import { TEST_IMAGES } from '../support/test-images';
import { secondsSince, sleep, until } from '../support/until';

export const brokenRelease: Step = {
  name: 'broken-release',
  promise:
    'With a release that never becomes ready or that crashes, the old pods continue to serve. Undo or the next apply fixes it.',
  async run(context) {
    const { kubectl, blog, gateway } = context;
    const old = (await blog.readyPods('posts', 'comments')).map(({ metadata }) => metadata.uid);
    const load = new Load(gateway, [
      { name: 'posts', path: '/api/posts?limit=5', rate: 12, expect: 200 },
      { name: 'comments', path: `/api/comments/${await gateway.newPost('Broken release')}`, rate: 12, expect: 200 },
      { name: 'new post', path: '/api/posts', rate: 4, expect: 201, body: () => ({ title: 'In spite of it' }) },
    ]);
    try {
      await kubectl.must(['-n', NAMESPACE, 'set', 'image', 'deployment/posts', `posts=${TEST_IMAGES.neverReady}`]);
      await kubectl.must(['-n', NAMESPACE, 'set', 'image', 'deployment/comments', `comments=${TEST_IMAGES.crashes}`]);
      await until('the crashing release has crashed twice', 120, async () =>
        (await podOf(context, TEST_IMAGES.crashes)).some((pod) => restartsOf(pod) >= 2),
      );
      await sleep(5_000);
      const silent = await podOf(context, TEST_IMAGES.neverReady);
      holds(silent.length > 0 && !silent.some(isReady), 'the release that never becomes ready is not Ready');
      const still = (await blog.readyPods('posts', 'comments')).map(({ metadata }) => metadata.uid);
      holds(
        old.every((uid) => still.includes(uid)),
        'all old pods exist and are Ready',
        { old, still },
      );

      const fixing = Date.now();
      await kubectl.must(['-n', NAMESPACE, 'rollout', 'undo', 'deployment/posts']);
      await blog.apply();
      await blog.ready();
      const secondsToFix = secondsSince(fixing);
      const figures = await load.stop();
      noneFailed(figures, 'no request fails');
      const same = (await blog.readyPods('posts', 'comments')).filter(({ metadata }) =>
        old.includes(metadata.uid),
      ).length;
      return {
        ...evidenceOf(figures),
        oldPodsThatServedOn: same,
        secondsToFix,
        fixedBy: 'kubectl rollout undo (posts), kubectl apply (comments)',
      };
    } finally {
      await load.stop();
    }
  },
};

async function podOf({ blog }: Context, image: string): Promise<Pod[]> {
  return (await blog.pods('posts', 'comments')).filter(({ spec }) =>
    spec.containers.some((container) => container.image === image),
  );
}
