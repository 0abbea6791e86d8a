import { join, relative, resolve } from 'node:path';
import { show } from '../../../basics/text';
import { Image } from '../../../images/image';
import { fileNotFound } from '../../load/files';
import { nodeAt, textOf, type ComposeNode } from '../../load/node';
import { Invocation } from '../../plan/plan';
import type { ImportContext } from '../context';
import { reportBuildKeys } from '../keys/service-keys';
import type { Member } from '../member';

/** The image of a microservice: built from a folder, or pulled. */
export function imageOf(context: ImportContext, member: Member): Invocation {
  const { report } = context;
  const image = nodeAt(member.node, 'image');
  const node = nodeAt(member.node, 'build');
  const { build } = member;
  if (!node || !build) {
    report.refused(node, 'It names no folder.');
    return pulledImage(context, member, image);
  }
  if (/^(https?:|git@|git:|ssh:|github\.com)/.test(textOf(nodeAt(node, 'context')) ?? '')) {
    report.refused(node, 'An image is built from a local folder. Clone the repository, and name its folder.');
    return pulledImage(context, member, image);
  }
  reportBuildKeys(context, node);
  const { folder, dockerfile, text } = build;
  if (text === undefined && !nodeAt(node, 'dockerfile_inline'))
    context.problems.push(fileNotFound(join(folder, dockerfile), node.position.place));
  const containsOutput = !relative(resolve(folder), resolve('')).startsWith('..');
  report.converted(
    nodeAt(node, 'context'),
    containsOutput
      ? 'The folder contains the manifests. Add k8s-out to .dockerignore, or each synthesis changes the tag.'
      : undefined,
  );
  report.converted(nodeAt(node, 'dockerfile'));
  report.approximated(image, 'Its tag is a hash of its sources, so a rollout replaces only what changed.');
  const repository =
    textOf(image)
      ?.replace(/@.*$/, '')
      .replace(/:[^/:]*$/, '') ?? `${context.name}/${member.id}`;
  // Services with the same sources and the same name share one image.
  const key = `${resolve(folder, dockerfile)} ${textOf(image) ?? ''}`;
  const options = { folder: relative('', folder) || '.', dockerfile, repository };
  const built = context.images.get(key) ?? new Invocation('Image.service', [member.id, options]);
  context.images.set(key, built);
  return built;
}

function pulledImage({ report, problems }: ImportContext, member: Member, image: ComposeNode | undefined): Invocation {
  const reference = textOf(image) ?? '';
  if (reference === '') {
    problems.push({
      code: 'compose-invalid',
      message: `The service ${show(member.name)} has neither an image nor a build.`,
      place: member.node.position.place,
      fix: 'Add image: NAME:TAG, or build: FOLDER.',
    });
  } else if (!Image.of(reference).valid) {
    problems.push({
      code: 'compose-invalid',
      message: `The image of the service ${show(member.name)} is not a valid image reference.`,
      expected: 'registry/name:tag or name@sha256:…',
      got: show(reference),
      place: image!.position.place,
      fix: 'Write the image as `docker pull` accepts it, such as registry.example.com/shop/cart:1.2.3.',
    });
  }
  if (Image.of(reference).pinned) report.converted(image);
  else
    report.refused(image, 'The image tag is not pinned. Write the running version into the chart or the Compose file.');
  return new Invocation('Image.of', [reference]);
}
