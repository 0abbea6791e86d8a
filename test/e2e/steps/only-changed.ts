import type { Step } from '../context';
import { MANIFESTS } from '../support/blog';
import { must } from '../support/command';
import { removeImages } from '../support/images';
import { nameOf } from '../support/kubectl';
import { differences, imagesOf } from '../support/manifests';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { secondsSince } from '../support/until';

export const onlyChanged: Step = {
  name: 'only-changed',
  promise:
    'A changed line in the source of comments changes one line of the manifests, and replaces only the pods of comments.',
  core: true,
  async run({ blog, cluster, signal, say }) {
    const copy = new ProjectCopy({ services: true });
    let image: string | undefined;
    try {
      copy.edit('services/comments/main.ts', "await run('comments'", "// Changed by the test.\nawait run('comments'");
      const changes = differences(MANIFESTS, await copy.synth(signal));
      const lines = Object.values(changes).flat();
      holds(
        Object.keys(changes).join() === 'Deployment/comments' &&
          lines.length === 2 &&
          lines.every((line) => /^[-+] image: callsign\/comments:/.test(line)),
        'one line of one manifest changes',
        changes,
      );
      image = imagesOf(copy.manifests).find((name) => name.startsWith('callsign/comments:'))!;
      const built = await must('node', ['bin/callsign.js', 'images'], { cwd: copy.folder, signal, timeoutMs: 300_000 });
      holds(built.split('\n').filter((line) => line.includes('  built')).length === 1, 'one image is built', built);
      await cluster.load('worker', [image]);
      say(`${image} is built and loaded`);

      const before = await blog.readyPods();
      const start = Date.now();
      await blog.apply(copy.manifests);
      await blog.ready();
      const after = await blog.readyPods();
      const names = after.map(({ metadata }) => metadata.name);
      const gone = before.filter(({ metadata }) => !names.includes(metadata.name));
      holds(
        gone.length === 2 && gone.every((pod) => nameOf(pod) === 'comments'),
        'the pods of comments are new, and all others are the same',
        {
          before: before.map(({ metadata }) => metadata.name),
          after: names,
        },
      );
      return {
        podsReplaced: gone.length,
        podsKept: before.length - gone.length,
        changedLines: 1,
        secondsToReplace: secondsSince(start),
      };
    } finally {
      await blog.apply();
      if (image) await removeImages([image]);
      copy.remove();
    }
  },
};
