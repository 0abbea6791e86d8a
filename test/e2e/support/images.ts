import { must, run } from './command';

/** Pulls missing images. */
export async function pullMissing(images: readonly string[], signal: AbortSignal): Promise<void> {
  for (const image of images) {
    const there = await must('docker', ['image', 'inspect', '--format', 'there', image], { signal }).catch(() => '');
    if (there === '') await must('docker', ['pull', '--quiet', image], { signal, timeoutMs: 600_000 });
  }
}

/** The local images that match a pattern such as `shop/*`. */
export async function imagesHere(...pattern: string[]): Promise<string[]> {
  return (await must('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', ...pattern]))
    .split('\n')
    .filter(Boolean);
}

/** Removes local image names. Images with another name or in use stay. */
export async function removeImages(images: readonly string[]): Promise<void> {
  if (images.length > 0) await run('docker', ['image', 'rm', '--no-prune', ...images]);
}
