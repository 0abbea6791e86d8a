import { join } from 'node:path';
import type { Context, Step } from '../context';
import { must } from '../support/command';
import { removeImages } from '../support/images';
import { nameOf, type Pod } from '../support/kubectl';
import { differences, imagesOf } from '../support/manifests';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { Registry } from '../support/registry';
import { secondsSince } from '../support/until';

export const registry: Step = {
  name: 'registry',
  promise:
    'Images with new tags are pushed, nodes pull them by digest, and a changed service replaces only its own pods.',
  async run(context) {
    const { cluster, blog, signal, say } = context;
    const copy = new ProjectCopy({ services: true });
    // The images must differ from those on the nodes, so that the nodes have to pull them.
    copy.edit(
      'services/common/run.ts',
      '// The life of a process:',
      '// Changed by the test.\n// The life of a process:',
    );
    const store = await Registry.start(cluster, signal);
    try {
      const first = await push(copy, store, signal);
      holds(
        first.every(({ result }) => result !== 'already pushed') && countOf(first, 'pushed') > 0,
        'an empty registry gets every image',
        first,
      );
      const pushed = countOf(first, 'pushed');
      const second = await push(copy, store, signal);
      holds(
        second.length === pushed && countOf(second, 'already pushed') === pushed,
        'the second push builds and pushes nothing',
        second,
      );
      say(`${pushed} images pushed, then none`);

      // A smaller prod: the full one needs a certificate and more resources than the test cluster has.
      const folder = await synth(copy, store, 'byDigest', [], signal);
      const prod = imagesOf(await synth(copy, store, 'prod', ['--env', 'prod'], signal)).filter((image) =>
        image.startsWith(store.host),
      );
      holds(
        prod.length === pushed && prod.every((image) => image.includes('@sha256:')),
        'prod refers to each of our images by its digest',
        prod,
      );

      const start = Date.now();
      await blog.apply(folder);
      await blog.ready(240);
      const secondsToPullAndStart = secondsSince(start);
      const before = await blog.readyPods();
      const wrong = before.filter((pod) => !runsByDigest(pod, store.host)).map(({ metadata }) => metadata.name);
      holds(wrong.length === 0, 'each of our pods runs the pushed digest', wrong);

      const changed = await changeOne(context, copy, store);
      holds(
        before.filter((pod) => nameOf(pod) !== 'posts').every(({ metadata }) => changed.uids.has(metadata.uid)),
        'all pods except those of posts are the same',
      );
      holds(
        before.filter((pod) => nameOf(pod) === 'posts').every(({ metadata }) => !changed.uids.has(metadata.uid)),
        'the pods of posts are new',
      );
      return {
        imagesPushed: pushed,
        pushedAgain: 0,
        podsByDigest: before.length,
        secondsToPullAndStart,
        ...changed.evidence,
      };
    } finally {
      // Pods must not use images of the registry after it is removed.
      await blog.apply();
      await blog.ready(180).catch(() => undefined);
      await store.remove();
      copy.remove();
    }
  },
};

interface Result {
  readonly image: string;
  readonly result: string;
}

/** Changes a line of one service and deploys it as a CI pipeline does. */
async function changeOne(
  { blog, signal }: Context,
  copy: ProjectCopy,
  store: Registry,
): Promise<{ uids: Set<string>; evidence: object }> {
  const old = join(copy.folder, 'byDigest');
  copy.edit('services/posts/main.ts', "await run('posts'", "// Changed by the test.\nawait run('posts'");
  const results = await push(copy, store, signal);
  holds(
    countOf(results, 'pushed') === 1 && countOf(results, 'built') === 1,
    'one changed service needs one build and one push',
    results,
  );
  await removeImages([results.find(({ result }) => result === 'built')!.image]);
  const folder = await synth(copy, store, 'changed', [], signal);
  const objects = Object.keys(differences(old, folder));
  holds(JSON.stringify(objects) === '["Deployment/posts"]', 'one manifest changes', objects);
  await blog.apply(folder);
  await blog.ready(180);
  return {
    uids: new Set((await blog.readyPods()).map(({ metadata }) => metadata.uid)),
    evidence: { pushedAfterChange: 1, manifestsChanged: objects.length },
  };
}

async function push(copy: ProjectCopy, store: Registry, signal: AbortSignal): Promise<Result[]> {
  const out = await must(
    'node',
    ['bin/callsign.js', 'images', '--push', '--registry', `${store.host}/blog`, '--json'],
    { cwd: copy.folder, signal, timeoutMs: 300_000 },
  );
  return (JSON.parse(out) as { images: Result[] }).images;
}

async function synth(
  copy: ProjectCopy,
  store: Registry,
  name: string,
  more: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const env = { CALLSIGN_IMAGES_REGISTRY: `${store.host}/blog` };
  await must('node', ['bin/callsign.js', 'synth', '--out', name, ...more], { cwd: copy.folder, env, signal });
  return join(copy.folder, name);
}

const countOf = (results: readonly Result[], what: string) => results.filter(({ result }) => result === what).length;

/** The image of Postgres is not ours, so it is not pushed. */
function runsByDigest(pod: Pod, host: string): boolean {
  if (nameOf(pod) === 'postgres') return true;
  const wanted = pod.spec.containers[0]!.image;
  return (
    wanted.startsWith(`${host}/blog/`) &&
    wanted.endsWith(`@${pod.status.containerStatuses?.[0]?.imageID?.split('@')[1]}`)
  );
}
