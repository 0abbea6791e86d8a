import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { must } from '../support/command';
import { restartsOf, type Pod } from '../support/kubectl';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { secondsSince, until } from '../support/until';

const SOURCE = 'services/posts/app.ts';

export const live: Step = {
  name: 'live',
  promise:
    'In dev a saved file of a service runs in its pod within seconds, without a build. The next saved file fixes a broken one.',
  async run(context) {
    const { blog, kubectl, gateway, signal } = context;
    const copy = new ProjectCopy({ services: true });
    await must('node', ['bin/callsign.js', 'synth', '--env', 'dev', '--out', 'k8s-dev'], { cwd: copy.folder, signal });
    await blog.apply(join(copy.folder, 'k8s-dev'));
    await blog.ready();
    const before = await podOf(context);
    const follower = follow(copy, kubectl.kubeconfig);
    try {
      await until(
        'the source is watched',
        60,
        async () => /posts: posts-\S+ runs the local source/.test(follower.said()),
        100,
      );
      const change = async (from: string, to: string, promise: string, seen: () => Promise<boolean>) => {
        const start = Date.now();
        copy.edit(SOURCE, from, to);
        await until(promise, 120, seen, 100);
        return secondsSince(start);
      };
      const answers = async (status: number) => (await gateway.ask('/api/posts/changed')).status === status;
      await until('posts answers', 60, () => answers(400), 100);
      // A new path, declared before the path with ids.
      const [plain, changed] = [
        '  return { workers: [relay, idempotency], database };',
        "  app.get('/posts/changed', async () => ({ changed: true }));\n  return { workers: [relay, idempotency], database };",
      ];
      const secondsToSee = await change(plain, changed, 'the changed source answers', () => answers(200));
      await change(changed, `this is no program\n${changed}`, 'the broken program is reported', async () =>
        follower.said().includes('starts again with the next change'),
      );
      const secondsToFix = await change(`this is no program\n${changed}`, plain, 'the fixed source answers', () =>
        answers(400),
      );

      const after = await podOf(context);
      holds(
        after.metadata.uid === before.metadata.uid && restartsOf(after) === 0,
        'the pod is the same, and its container did not restart',
        { before: before.metadata.name, after: after.metadata.name, restarts: restartsOf(after) },
      );
      const image = after.spec.containers[0]!.image;
      holds(image === before.spec.containers[0]!.image, 'no image was built', image);
      const { code } = await kubectl.run(['-n', 'blog', 'exec', after.metadata.name, '--', 'sh', '-c', 'touch /usr/x']);
      holds(code !== 0, 'the root file system of the pod is read-only');
      return { secondsToSee, secondsToFix, podReplaced: false, restarts: 0, rootReadOnly: true };
    } finally {
      await follower.end();
      copy.remove();
    }
  },
};

/** The pod of posts. A program that was broken can answer before the next probe makes its pod Ready again. */
async function podOf({ blog }: Context): Promise<Pod> {
  return until('dev runs one replica of posts', 30, async () => {
    const pods = await blog.readyPods('posts');
    return pods.length === 1 && pods[0]!;
  });
}

/** Runs `npm run dev -- posts` in the background. */
function follow(copy: ProjectCopy, kubeconfig: string): { said(): string; end(): Promise<void> } {
  const child = spawn('node', ['bin/callsign.js', 'dev', 'posts'], {
    cwd: copy.folder,
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  return {
    said: () => said,
    async end() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
