import type { V1ConfigMap, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { ProblemRow } from '../../problems/problem';
import type { FileContent } from '../shared/values';
import { addObject } from '../shared/object';
import { fileText, missingFile, sizeProblems } from '../shared/project-file';

type Files = Readonly<Record<string, FileContent>>;

/** Adds the ConfigMap of the files that are not secrets. Returns its name; undefined if there are no such files. */
export function addConfigFiles(
  scope: Construct,
  name: string,
  labels: Record<string, string>,
  files: Files,
): string | undefined {
  const data = Object.fromEntries(textsOf(files).map(([path, text]) => [configKey(path), text]));
  if (Object.keys(data).length === 0) return undefined;
  addObject<V1ConfigMap>(scope, 'config-map', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels },
    data,
  });
  return name;
}

/** The files whose text is in the manifests. Missing files are omitted. */
function textsOf(files: Files): [path: string, text: string][] {
  return Object.entries(files).flatMap(([path, content]) => {
    const text = typeof content === 'string' ? content : 'file' in content ? fileText(content.file) : undefined;
    return text === undefined ? [] : [[path, text] as [string, string]];
  });
}

/** The volumes of the files: the ConfigMap of their texts, and the Secrets. */
export function fileVolumes(configMap: string | undefined, files: Files): V1Volume[] {
  const secrets = secretsOf(files).map((secretName): V1Volume => ({
    name: secretVolume(secretName),
    secret: { secretName },
  }));
  if (configMap === undefined) return secrets;
  const contents = Object.values(files);
  return [
    ...(contents.some((content) => isText(content) && !isExecutable(content))
      ? [{ name: 'files', configMap: { name: configMap } }]
      : []),
    ...(contents.some(isExecutable)
      ? [{ name: 'executable-files', configMap: { name: configMap, defaultMode: EXECUTABLE } }]
      : []),
    ...secrets,
  ];
}

/** The mounts of the files. Each file is a separate mount, so that it does not hide other files in its folder. */
export function fileMounts(files: Files): V1VolumeMount[] {
  return Object.entries(files).map(([mountPath, content]) =>
    typeof content !== 'string' && 'secret' in content
      ? { name: secretVolume(content.secret), mountPath, subPath: content.key, readOnly: true }
      : {
          name: isExecutable(content) ? 'executable-files' : 'files',
          mountPath,
          subPath: configKey(mountPath),
          readOnly: true,
        },
  );
}

/** Everybody can read and run the file. */
const EXECUTABLE = 0o555;

function isText(content: FileContent): boolean {
  return typeof content === 'string' || 'file' in content;
}

function isExecutable(content: FileContent): boolean {
  return typeof content !== 'string' && 'file' in content && content.executable === true;
}

/** The problems of files that are missing or too large. */
export function* fileProblems(files: Files): Generator<ProblemRow> {
  for (const [path, content] of Object.entries(files)) {
    if (typeof content !== 'string' && 'file' in content && fileText(content.file) === undefined)
      yield missingFile(content.file, `files.${path}`);
  }
  const texts = textsOf(files).map(([, text]) => text);
  yield* sizeProblems(texts, 'files', 'Put large files into the image or onto a volume.');
}

/** The Secrets that contain files. */
function secretsOf(files: Files): string[] {
  return [
    ...new Set(
      Object.values(files).flatMap((content) =>
        typeof content !== 'string' && 'secret' in content ? [content.secret] : [],
      ),
    ),
  ];
}

const secretVolume = (secret: string) => `secret-${secret.replaceAll('.', '-')}`.slice(0, 63);

function configKey(path: string): string {
  return path.replace(/^\//, '').replace(/[^\w.-]/g, (char) => (char === '/' ? '.' : '_'));
}
