import { spawn } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { once } from 'node:events';
import type { ClaimMount } from './container-mounts';
import { answerOf, type DockerEnvironment } from './docker';

/**
 * Makes the volume of a claim, if it does not exist. Its folder belongs to the user of the container: in a cluster, the
 * group of the pod can write it. Docker alone would give it to root, if the image does not have the folder.
 */
export async function makeVolume(
  { volume, mountPath }: ClaimMount,
  { image, user, environment }: { image: string; user: string | undefined; environment: DockerEnvironment },
): Promise<void> {
  if (user === undefined || (await answerOf(['volume', 'inspect', volume], environment)) !== undefined) return;
  const mount = `--mount=type=volume,source=${volume},target=${mountPath}`;
  // Pulls the image if necessary. If that fails, the start of the container fails too, and says why.
  const id = await answerOf(['create', mount, image], environment, 0);
  if (id === undefined) return;
  try {
    await giveFolder(`${id}:${dirname(mountPath)}`, basename(mountPath), user, environment);
  } finally {
    await answerOf(['rm', id], environment);
  }
}

/** Unpacks an archive with only the folder, because that sets its user and its mode. */
async function giveFolder(target: string, name: string, user: string, environment: DockerEnvironment): Promise<void> {
  const [uid, gid] = user.split(':').map(Number);
  const { pack } = await import('tar-stream');
  const archive = pack();
  archive.entry({ name: `${name}/`, type: 'directory', mode: 0o775, uid, gid });
  archive.finalize();
  const child = spawn('docker', ['cp', '-', target], {
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // If docker ends early, the volume stays as it is.
  child.stdin.on('error', () => undefined);
  archive.pipe(child.stdin);
  await once(child, 'close');
}
