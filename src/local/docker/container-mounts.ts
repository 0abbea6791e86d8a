import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, writeFile } from '../model/mounts';
import type { LocalApp } from '../model/local-app';
import type { LocalPod } from '../model/part';
import type { LocalFolder } from '../storage/folder';
import type { LocalSecrets } from '../storage/secrets';

/** Docker's own volume for a claim: its files can belong to the user of the container. */
export interface ClaimMount {
  readonly volume: string;
  readonly mountPath: string;
}

/** The claims that a container mounts. The names of the volumes begin with the prefix. */
export function claimMounts({ container, volumes }: LocalPod, prefix: string): ClaimMount[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, subPath }) => {
    const claim = volumes.find((volume) => volume.name === name)?.persistentVolumeClaim?.claimName;
    return claim === undefined ? [] : [{ volume: [prefix, claim, subPath].filter(Boolean).join('-'), mountPath }];
  });
}

/** The other mounts: files from the folder of the local run, and empty folders. As `docker run --mount` writes them. */
export function containerMounts(part: LocalPod, app: LocalApp, folder: LocalFolder, secrets: LocalSecrets): string[] {
  return (part.container.volumeMounts ?? []).flatMap((mount) => {
    const { mountPath } = mount;
    const volume = part.volumes.find(({ name }) => name === mount.name);
    if (volume?.emptyDir) return [`type=tmpfs,target=${mountPath},tmpfs-mode=1777`];
    const files = volume && filesOf(mount, volume, part, app, secrets);
    if (!files) return [];
    const local = join(folder.folder('files', part.name), mountPath);
    for (const [name, text] of Object.entries(files)) writeReadable(name === '' ? local : join(local, name), text);
    return [`type=bind,source=${local},target=${mountPath},readonly`];
  });
}

/** The user of the container can read it. Other users of this machine cannot enter the folder of the local run. */
function writeReadable(path: string, text: string): void {
  writeFile(path, text);
  chmodSync(path, 0o644);
}
