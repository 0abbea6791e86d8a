import { must } from './command';

/** Pulls the images that this machine does not have yet. */
export async function pullMissing(images: readonly string[], signal: AbortSignal): Promise<void> {
  for (const image of images) {
    const there = await must('docker', ['image', 'inspect', '--format', 'there', image], { signal }).catch(() => '');
    if (there === '') await must('docker', ['pull', '--quiet', image], { signal, timeoutMs: 600_000 });
  }
}
