import { join, relative, resolve } from 'node:path';
import { show } from '../../../basics/text';
import { Image } from '../../../images/image';
import { fileNotFound } from '../../load/files';
import { untagged } from '../../load/images/known-image';
import { entriesOf, nodeAt, textOf, type ComposeNode } from '../../load/node';
import { Invocation } from '../../plan/plan';
import type { ImportContext } from '../context';
import { usualVersion } from '../database/version';
import { reportBuildKeys } from '../keys/service-keys';
import { isSecret } from '../secrets/detect';
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
  const args = buildArguments(context, nodeAt(node, 'args'));
  const { folder, dockerfile, contents, target } = build;
  if (contents === undefined) context.problems.push(fileNotFound(join(folder, dockerfile), node.position.place));
  const containsOutput = !relative(resolve(folder), resolve('')).startsWith('..');
  report.converted(
    nodeAt(node, 'context'),
    containsOutput
      ? 'The folder contains the manifests. Add k8s-out to .dockerignore, or each synthesis changes the tag.'
      : undefined,
  );
  report.converted(nodeAt(node, 'dockerfile'));
  report.approximated(image, 'Its tag is a hash of its sources, so a rollout replaces only what changed.');
  const name = textOf(image);
  const repository = name === undefined ? `${context.name}/${member.id}` : untagged(name);
  // Services with the same sources and the same name share one image.
  const key = JSON.stringify([resolve(folder, dockerfile), textOf(image), args, target]);
  const options = {
    folder: relative('', folder) || '.',
    dockerfile,
    ...(args && { args }),
    ...(target !== undefined && { target }),
    repository,
  };
  const built = context.images.get(key) ?? new Invocation('Image.service', [member.id, options]);
  context.images.set(key, built);
  return built;
}

/** The build arguments, without secrets: everybody who can pull the image can read them. */
function buildArguments(context: ImportContext, given: ComposeNode | undefined): Record<string, string> | undefined {
  const args: Record<string, string> = {};
  for (const [name, node] of entriesOf(given)) {
    const text = textOf(node);
    const variables = node.kind === 'scalar' ? node.variables : [];
    if (text === undefined) context.report.converted(node, 'It has no value, so the Dockerfile decides.');
    else if (isSecret(name, text, variables) || context.isSecretText(node, text))
      context.report.refused(node, 'It is a secret, and everybody who can pull an image can read its arguments.');
    else {
      args[name] = text;
      context.report.converted(node);
    }
  }
  return Object.keys(args).length > 0 ? args : undefined;
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
  const { engine } = member.known ?? {};
  const usual = engine && usualVersion(engine, reference, /:alpine/.test(reference) ? '-alpine' : '');
  if (usual) {
    report.approximated(image, usual.why);
    return new Invocation('Image.of', [usual.image]);
  }
  if (Image.of(reference).pinned) report.converted(image);
  else
    report.refused(image, 'The image tag is not pinned. Write the running version into the chart or the Compose file.');
  return new Invocation('Image.of', [reference]);
}
