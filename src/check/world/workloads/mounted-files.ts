import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { FieldPath } from '../../../k8s/objects';
import { ownWords } from './commands';
import { containersOf, isText, listOf, type ContainerAt, type Pods } from '../world';

/** A file that a container expects from the ConfigMap or the Secret that it mounts. */
export interface MountedFile {
  /** The name of the ConfigMap or the Secret. */
  readonly name: string;
  /** The path of the file in the volume. */
  readonly path: string;
  /** The paths of all files in the volume, if it lists them. Otherwise they are the keys. */
  readonly items?: readonly string[];
  readonly field: FieldPath;
  /** Whether the container certainly reads it. A script can also test whether the file exists. */
  readonly isSure: boolean;
}

interface FileSource {
  readonly name: string;
  readonly items?: readonly string[];
}

/** The files of mounted ConfigMaps or Secrets that sub-paths, commands and variables name. */
export function* mountedFiles(pods: Pods, kind: 'ConfigMap' | 'Secret'): Generator<MountedFile> {
  const sources = new Map<string, FileSource>();
  for (const volume of listOf(pods.spec.volumes)) {
    const source = sourceOf(volume, kind);
    if (source) sources.set(volume.name, source);
  }
  if (sources.size === 0) return;
  for (const container of containersOf(pods)) {
    yield* filesOfSubPaths(container, sources);
    yield* filesInTexts(container, sources);
  }
}

/** The ConfigMap or the Secret of a volume. An optional one may have no files. */
function sourceOf({ configMap, secret }: V1Volume, kind: 'ConfigMap' | 'Secret'): FileSource | undefined {
  const source = kind === 'ConfigMap' ? configMap : secret;
  const name = kind === 'ConfigMap' ? configMap?.name : secret?.secretName;
  if (!source || source.optional || !isText(name)) return undefined;
  const items = listOf(source.items).map(({ path }) => path);
  return items.length > 0 ? { name, items: items.filter(isText) } : { name };
}

function* filesOfSubPaths({ container, at }: ContainerAt, sources: ReadonlyMap<string, FileSource>) {
  for (const [i, { name, subPath }] of listOf(container.volumeMounts).entries()) {
    const source = sources.get(name);
    const path = isText(subPath) ? normal(subPath) : '';
    if (source && path) yield { ...source, path, field: [...at, 'volumeMounts', i, 'subPath'], isSure: true };
  }
}

function* filesInTexts(of: ContainerAt, sources: ReadonlyMap<string, FileSource>): Generator<MountedFile> {
  const { container, at } = of;
  const mounts = listOf(container.volumeMounts).filter(({ mountPath }) => isText(mountPath));
  if (!mounts.some((mount) => isWhole(mount) && sources.has(mount.name))) return;
  const words = ownWords(of).map((word) => ({ ...word, isArgument: true }));
  const values = listOf(container.env).map(({ value }, i) => ({
    text: value,
    field: [...at, 'env', i, 'value'],
    isArgument: false,
  }));
  for (const { text, field, isArgument } of [...words, ...values]) {
    if (!isText(text)) continue;
    for (const file of pathsIn(text)) {
      const mount = mountOf(file, mounts);
      const source = mount && isWhole(mount) ? sources.get(mount.name) : undefined;
      const path = source && normal(file.slice(mount!.mountPath.replace(/\/$/, '').length));
      if (source && path) yield { ...source, path, field, isSure: isArgument && !/\s/.test(text) };
    }
  }
}

/** Whether a mount shows all files of the volume. */
function isWhole({ subPath, subPathExpr }: V1VolumeMount): boolean {
  return !isText(subPath) && !isText(subPathExpr);
}

/** The mount that a file is in: the one with the longest path. */
function mountOf(file: string, mounts: readonly V1VolumeMount[]): V1VolumeMount | undefined {
  let best: V1VolumeMount | undefined;
  for (const mount of mounts) {
    const path = mount.mountPath.replace(/\/$/, '');
    if ((file === path || file.startsWith(`${path}/`)) && path.length >= (best?.mountPath.length ?? 0)) best = mount;
  }
  return best;
}

/** Absolute paths that end where a word ends. A pattern, a variable or `..` can stand for any file. */
const PATH = /(?<![\w./*?$}~-])\/[\w.@%+/-]*[\w/](?![\w@%+*?$[{(<\\-])/g;

function pathsIn(text: string): string[] {
  return [...text.matchAll(PATH)].map(([path]) => path).filter((path) => !/\/\.\.(\/|$)/.test(path));
}

/** A path without slashes at its ends, and without the link to the current version. */
function normal(path: string): string {
  return path
    .replace(/^\/+(\.\.data\/)?/, '')
    .replace(/^\.\//, '')
    .replace(/\/+$/, '')
    .replaceAll(/\/+/g, '/');
}
