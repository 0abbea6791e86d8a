import type { V1PodSpec } from '@kubernetes/client-node';
import type { ImageLock } from '../image-lock';
import type { KubeObject } from '../../k8s/objects';
import { digestInLocalAnswer, digestInRegistryAnswer } from './answers';
import type { ServiceImage } from './build';
import { docker, DockerError, type Ended } from './docker';

/** An image in the registry. */
export interface PushedImage {
  readonly reference: string;
  readonly digest: string;
  readonly result: 'pushed' | 'copied' | 'already pushed';
}

/** Pushes an image unless the registry has its tag. The tag is a hash of the sources, so the same tag means the same sources. */
export async function pushImage(
  { reference: local, image }: ServiceImage,
  registry: string | undefined,
  lock: ImageLock,
  build: (pushedBefore?: string) => Promise<void>,
): Promise<PushedImage> {
  const { reference } = image.from(registry);
  const there = await digestIn(reference);
  if (there !== undefined) return { reference, digest: there, result: 'already pushed' };
  const before = Object.keys(lock).find((name) => name !== reference && repositoryOf(name) === repositoryOf(reference));
  await build(before && `${before}@${lock[before]}`);
  if (local !== reference) await must('tag', local, reference);
  await must('push', '--quiet', reference);
  const digest = await digestIn(reference);
  if (digest === undefined)
    throw new DockerError(`${reference} was pushed, but the registry does not have it.`, 'image-not-pushed');
  return { reference, digest, result: 'pushed' };
}

/**
 * Copies a third-party image into a mirror, with all its platforms and thus with the same digest. A mirror that is a
 * proxy has every image already.
 */
export async function copyImage(original: string, there: string): Promise<PushedImage> {
  const before = await digestIn(there);
  if (before !== undefined) return { reference: there, digest: before, result: 'already pushed' };
  await must('buildx', 'imagetools', 'create', '--prefer-index=false', '--tag', taggable(there), original);
  const digest = await digestIn(there);
  if (digest === undefined)
    throw new DockerError(`${original} was copied to ${there}, but the mirror does not have it.`, 'image-not-pushed');
  return { reference: there, digest, result: 'copied' };
}

/** The reference without its digest. A push requires a tag. */
function taggable(reference: string): string {
  const [name = '', digest] = reference.split('@sha256:');
  return digest === undefined || /:[^:/]+$/.test(name) ? name : `${name}:sha256-${digest.slice(0, 12)}`;
}

/** The digest of an image in a registry, or undefined if the registry does not have the image. */
async function digestIn(reference: string): Promise<string | undefined> {
  // The Docker client sends the request, so its credentials and its list of insecure registries apply.
  const { code, out, error } = await docker('buildx', 'imagetools', 'inspect', reference);
  if (code === 0) {
    const digest = digestInRegistryAnswer(out);
    if (digest === undefined)
      throw new DockerError(`docker returned no digest for ${reference}:\n${out}`, 'image-not-pushed');
    return digest;
  }
  // Many registries deny access to a repository that does not exist yet. If access is really denied, the push fails.
  if (/not found|denied|unauthorized|insufficient_scope|forbidden/i.test(error)) return undefined;
  throw new DockerError(`Cannot check whether the registry has ${reference}:\n${error}`, 'image-not-pushed');
}

/** The digests of the third-party images that pods run, as Docker pulled them, and the images that it never pulled. */
export async function foreignDigests(
  objects: readonly KubeObject[],
  ours: readonly string[],
): Promise<{ digests: ImageLock; unknown: string[] }> {
  const digests: Record<string, string> = {};
  const unknown: string[] = [];
  for (const image of foreignImages(objects, ours)) {
    const digest = await pulledDigest(image);
    if (digest === undefined) unknown.push(image);
    else digests[image] = digest;
  }
  return { digests, unknown };
}

function foreignImages(objects: readonly KubeObject[], ours: readonly string[]): Set<string> {
  const pods = objects.flatMap((object) => podSpecs(object.spec));
  const named = pods
    .flatMap(({ initContainers = [], containers }) => [...initContainers, ...containers])
    .map(({ image = '' }) => image);
  const tagged = (image: string) => image.replace(/(?<=:[\w.-]+)@sha256:.*$/, '');
  const known = new Set(ours.map(tagged));
  return new Set(named.map(tagged).filter((image) => !image.includes('@') && !known.has(image)));
}

/** The pod specs in an object: the spec of its template, or for a CronJob the spec of the template of its Jobs. */
function podSpecs(spec: unknown): V1PodSpec[] {
  const { template, jobTemplate } = (spec ?? {}) as {
    template?: { spec?: V1PodSpec };
    jobTemplate?: { spec?: unknown };
  };
  return [...(template?.spec ? [template.spec] : []), ...(jobTemplate ? podSpecs(jobTemplate.spec) : [])];
}

async function pulledDigest(reference: string): Promise<string | undefined> {
  const { code, out } = await docker('image', 'inspect', '--format', '{{json .RepoDigests}}', reference);
  return code === 0 ? digestInLocalAnswer(out, repositoryOf(reference)) : undefined;
}

/** The lock after a push. It has only the current images of the pushed repositories, and keeps the entries of all others. */
export function lockAfter(before: ImageLock, pushed: ImageLock): ImageLock {
  const replaced = new Set(Object.keys(pushed).map(repositoryOf));
  const kept = Object.entries(before).filter(([reference]) => !replaced.has(repositoryOf(reference)));
  return { ...Object.fromEntries(kept), ...pushed };
}

function repositoryOf(reference: string): string {
  return reference.replace(/:[^:/]+$/, '');
}

async function must(...args: string[]): Promise<Ended> {
  const ended = await docker(...args);
  if (ended.code === 0) return ended;
  throw new DockerError(
    `docker ${args.join(' ')} failed with exit code ${ended.code}:\n${ended.error}`,
    'image-not-pushed',
  );
}
