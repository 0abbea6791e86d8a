import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { V1VolumeMount } from '@kubernetes/client-node';
import type { LocalFolder } from '../storage/folder';
import type { LocalSecrets } from '../storage/secrets';
import type { LocalApp } from './local-app';
import type { LocalPod } from './part';

/** The paths in the container, and where their content is on this machine. */
export type Mounts = ReadonlyMap<string, string>;

/** A folder that exists on this machine too. */
const SHARED = '/tmp';

/** Writes the files of a part, and makes the folders of its volumes. */
export function localMounts(part: LocalPod, app: LocalApp, folder: LocalFolder, secrets: LocalSecrets): Mounts {
  const mounts = new Map<string, string>();
  for (const mount of part.container.volumeMounts ?? []) {
    const { mountPath } = mount;
    const volume = part.volumes.find(({ name }) => name === mount.name);
    if (!volume || mountPath === SHARED) continue;
    const local = join(folder.folder('files', part.name), mountPath);
    const source = filesOf(mount, volume, part, app, secrets);
    if (source) {
      for (const [name, text] of Object.entries(source)) writeFile(name === '' ? local : join(local, name), text);
      mounts.set(mountPath, local);
    } else if (volume.persistentVolumeClaim) {
      const { claimName } = volume.persistentVolumeClaim;
      mounts.set(mountPath, folder.folder('volumes', claimName, ...(mount.subPath ? [mount.subPath] : [])));
    } else {
      mkdirSync(local, { recursive: true });
      mounts.set(mountPath, local);
    }
  }
  return mounts;
}

/** A text with the paths of mounts replaced by those of this machine. */
export function withMounts(text: string, mounts: Mounts): string {
  let result = text;
  // The longest first: a file can be mounted below a folder.
  for (const [path, local] of [...mounts].toSorted(([a], [b]) => b.length - a.length)) {
    result = result.replaceAll(new RegExp(`${escaped(path)}(?=$|[/:,; "'])`, 'g'), local.replaceAll('$', '$$$$'));
  }
  return result;
}

/** The files of a mount by name. The name is empty if the mount is one file. Undefined if it has no files. */
export function filesOf(
  { subPath }: V1VolumeMount,
  { configMap, secret }: LocalPod['volumes'][number],
  { namespace }: LocalPod,
  { contents }: LocalApp,
  secrets: LocalSecrets,
): Record<string, string> | undefined {
  const name = configMap?.name ?? secret?.secretName;
  if (name === undefined) return undefined;
  const known = contents.get(`${configMap ? 'ConfigMap' : 'Secret'} ${namespace ?? ''}/${name}`);
  if (subPath !== undefined) return { '': known?.[subPath] ?? secrets.value(name, subPath) };
  return known ? { ...known } : undefined;
}

export function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}

function escaped(path: string): string {
  return posix.normalize(path).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
