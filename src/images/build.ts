import type { IConstruct } from 'constructs';
import { Image, type ImageSource } from '../k8s/image';
import { docker, dockerMust } from './docker';

/** An image of ours that some microservice runs. */
export interface ServiceImage {
  /** The name of the microservice. */
  readonly name: string;
  /** What docker knows it by on this machine. */
  readonly reference: string;
  readonly source: ImageSource;
  readonly image: Image;
}

/** Every image that the charts name and that is built here, once each. */
export function serviceImages(root: IConstruct): ServiceImage[] {
  const found = new Map<string, ServiceImage>();
  for (const construct of root.node.findAll()) {
    const { image, name } = construct as { image?: unknown; name?: string };
    if (image instanceof Image && image.source)
      found.set(image.reference, { name: name!, reference: image.reference, source: image.source, image });
  }
  return [...found.values()];
}

/** Builds an image unless one with its tag is there: the tag is a hash of the sources, so that one is the same. */
export async function buildImage({ reference, source }: ServiceImage): Promise<'built' | 'unchanged'> {
  if ((await docker('image', 'inspect', reference)).code === 0) return 'unchanged';
  await dockerMust('build', '--quiet', '--tag', reference, '--file', source.dockerfile, source.context);
  return 'built';
}
