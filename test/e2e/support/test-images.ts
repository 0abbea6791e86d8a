import { must } from './command';
import { removeImages } from './images';

/** The images that the test rolls out: the same programs with a new tag, one that never becomes ready, and one that crashes. */
export const TEST_IMAGES = {
  nextPosts: 'callsign/posts:e2e-next',
  nextComments: 'callsign/comments:e2e-next',
  neverReady: 'callsign/posts:e2e-never-ready',
  crashes: 'callsign/comments:e2e-crashes',
  nextNode: 'callsign/node:e2e-next',
} as const;

/** Builds them on top of the images in k8s-out. Each adds only a small layer, so loading them is fast. */
export async function buildTestImages(images: readonly string[], signal: AbortSignal): Promise<void> {
  const base = (name: string) => images.find((image) => image.startsWith(`callsign/${name}:`)) ?? '';
  const build = (tag: string, dockerfile: string) =>
    must('docker', ['build', '--quiet', '--tag', tag, '-'], { input: dockerfile, signal, timeoutMs: 120_000 });
  await build(TEST_IMAGES.nextPosts, `FROM ${base('posts')}\nLABEL callsign.e2e=next\n`);
  await build(TEST_IMAGES.nextNode, 'FROM node:24-slim\nLABEL callsign.e2e=next\n');
  await build(TEST_IMAGES.nextComments, `FROM ${base('comments')}\nLABEL callsign.e2e=next\n`);
  await build(TEST_IMAGES.neverReady, `FROM ${base('posts')}\nCMD ["node", "-e", "setInterval(() => {}, 1000)"]\n`);
  await build(
    TEST_IMAGES.crashes,
    `FROM ${base('comments')}\nCMD ["node", "-e", "setTimeout(() => { throw new Error('this release is broken') }, 500)"]\n`,
  );
}

/** Removes the tags. */
export async function removeTestImages(): Promise<void> {
  await removeImages(Object.values(TEST_IMAGES));
}
