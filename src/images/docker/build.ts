import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConstruct } from 'constructs';
import { Image, type ImageSource } from '../image';
import { docker, dockerMust } from './docker';
import { stageSite } from './stage-site';

/** An image that is built from our sources and that a microservice runs. */
export interface ServiceImage {
  /** The name of the microservice. */
  readonly name: string;
  /** Its name on this machine. */
  readonly reference: string;
  readonly source: ImageSource;
  readonly image: Image;
}

/** Every image in the charts that is built from our sources, without duplicates. */
export function serviceImages(root: IConstruct): ServiceImage[] {
  const found = new Map<string, ServiceImage>();
  for (const construct of root.node.findAll()) {
    const {
      image,
      furtherImages = [],
      name,
    } = construct as {
      image?: unknown;
      furtherImages?: readonly unknown[];
      name?: string;
    };
    for (const one of [image, ...furtherImages])
      if (one instanceof Image && one.source)
        found.set(one.reference, { name: name!, reference: one.reference, source: one.source, image: one });
  }
  return [...found.values()];
}

/**
 * Builds an image unless its tag exists on this machine. The tag is a hash of the sources, so the same tag means the same
 * sources. The image of a static site also gets the assets of the previous release. This is the image that was pushed
 * last, or otherwise the newest image on this machine.
 */
export async function buildImage(
  { reference, source }: ServiceImage,
  pushedBefore?: string,
  report: (line: string) => unknown = () => undefined,
): Promise<'built' | 'unchanged'> {
  if ((await docker('image', 'inspect', reference)).code === 0) return 'unchanged';
  if (!source.site) {
    const args = Object.entries(source.args ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    const target = source.target === undefined ? [] : ['--target', source.target];
    await dockerMust(
      'build',
      '--quiet',
      '--tag',
      reference,
      '--file',
      source.dockerfile,
      ...args,
      ...target,
      source.context,
    );
    return 'built';
  }
  const folder = mkdtempSync(join(tmpdir(), 'callsign-site-'));
  try {
    const before = pushedBefore ?? (await newestHere(reference));
    const previous = before && (await contentOf(before, join(folder, 'previous')));
    if (before && !previous)
      report(`${reference}  without the assets of earlier releases: ${before} is unavailable or contains no site`);
    await stageSite(source.site, join(folder, 'context'), previous);
    await dockerMust('build', '--quiet', '--tag', reference, join(folder, 'context'));
    return 'built';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The newest image on this machine with the same name and any tag. */
async function newestHere(reference: string): Promise<string | undefined> {
  const repository = reference.replace(/:[^:/]+$/, '');
  const names = await dockerMust('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository);
  return names.split('\n').find((name) => name.startsWith(`${repository}:`) && !name.endsWith(':<none>'));
}

/** Copies the site out of an image. Returns undefined if the image is unavailable or contains no site. */
async function contentOf(reference: string, folder: string): Promise<string | undefined> {
  const { code, out: container } = await docker('create', reference);
  if (code !== 0) return undefined;
  try {
    return (await docker('cp', `${container}:/app/site`, folder)).code === 0 ? folder : undefined;
  } finally {
    await docker('rm', '--force', container);
  }
}
