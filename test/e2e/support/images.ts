import { must, run } from './command';

/** Pulls the images that this machine does not have yet. */
export async function pullMissing(images: readonly string[], signal: AbortSignal): Promise<void> {
  for (const image of images) {
    const there = await must('docker', ['image', 'inspect', '--format', 'there', image], { signal }).catch(() => '');
    if (there === '') await must('docker', ['pull', '--quiet', image], { signal, timeoutMs: 600_000 });
  }
}

/** The images of this machine, those only that a pattern such as `shop/*` names. */
export async function imagesHere(...pattern: string[]): Promise<string[]> {
  return (await must('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', ...pattern]))
    .split('\n')
    .filter(Boolean);
}

/** Takes names away from this machine; what is under another name, or in use, stays. */
export async function removeImages(images: readonly string[]): Promise<void> {
  if (images.length > 0) await run('docker', ['image', 'rm', '--no-prune', ...images]);
}
