import { relative } from 'node:path';
import { fileNotFound, isFile, readTextFile } from '../../load/files';
import { entriesOf, isTrue, itemsOf, nodeAt, pathOf, textOf, type ComposeNode } from '../../load/node';
import type { ImportContext } from '../context';
import type { Member } from '../member';
import type { MountPaths } from './mount-paths';

/** Mounts the secrets and configs of a service as files. */
export function addSecretsAndConfigs(context: ImportContext, member: Member, paths: MountPaths): void {
  for (const item of itemsOf(nodeAt(member.node, 'secrets'))) addSecret(context, item, paths);
  for (const item of itemsOf(nodeAt(member.node, 'configs'))) addConfig(context, member, item, paths);
}

function addSecret(context: ImportContext, item: ComposeNode, paths: MountPaths): void {
  const { report, secrets } = context;
  const name = nameOf(item);
  const declaration = declarationOf(context, 'secret', name, item);
  const given = textOf(nodeAt(item, 'target')) ?? name;
  const target = declaration && paths.reserve(item, given.startsWith('/') ? given : `/run/secrets/${given}`);
  if (!declaration || target === undefined) return;
  const owner = context.databaseOfSecret(name);
  if (owner) {
    paths.files[target] = { secret: owner.id, key: 'password' };
    report.converted(item, 'It is the database password, which is generated in the cluster.');
    report.rest(declaration, 'converted', `The password of ${owner.id} is generated in the cluster.`);
    return;
  }
  const [file, variable] = [pathOf(nodeAt(declaration, 'file')), textOf(nodeAt(declaration, 'environment'))];
  const external = isTrue(nodeAt(declaration, 'external'));
  const reference = external
    ? secrets.external(textOf(nodeAt(declaration, 'name')) ?? name, name)
    : file
      ? secrets.keyForFile(name, name, relative('', file))
      : secrets.keyForVariable(name, name, variable ?? name);
  paths.files[target] = reference;
  if (external)
    report.rest(declaration, 'converted', `It is the key ${reference.key} of the Secret ${reference.secret}.`);
  else
    report.rest(
      declaration,
      'approximated',
      `The chart does not contain its value. Put it into the Secret ${reference.secret} as ${reference.key}.`,
    );
  reportItem(context, item);
}

function addConfig(context: ImportContext, member: Member, item: ComposeNode, paths: MountPaths): void {
  const { report, project, problems, secrets } = context;
  const name = nameOf(item);
  const declaration = declarationOf(context, 'config', name, item);
  const target = declaration && paths.reserve(item, textOf(nodeAt(item, 'target')) ?? `/${name}`);
  if (!declaration || target === undefined) return;
  const [file, content, variable] = ['file', 'content', 'environment'].map((key) => nodeAt(declaration, key));
  const text = content ? textOf(content) : variable && project.lookup(textOf(variable) ?? '');
  if (file) {
    const path = pathOf(file) ?? file.position.base;
    if (isFile(path)) paths.addFile(readTextFile(path, target), declaration);
    else problems.push(fileNotFound(path, file.position.place));
  } else if (!content && !variable) {
    report.refused(item, 'Mount the existing ConfigMap: volumes: { [path]: { configMap: { name } } }.');
    return;
  } else if (context.isSecretText(content, text ?? '')) {
    const reference = secrets.keyFor(text ?? '', member.id, name, [`config ${name}`]);
    paths.files[target] = reference;
    report.approximated(
      declaration,
      `It contains a secret, so the chart does not contain it. Put it into the Secret ${reference.secret} as ${reference.key}.`,
    );
  } else if (text === undefined && variable) {
    problems.push({
      code: 'compose-variable-missing',
      message: `The config ${name} requires the variable ${textOf(variable) ?? ''}, which has no value.`,
      place: variable.position.place,
      fix: 'Set the variable in the shell.',
    });
  } else paths.addText(target, text ?? '', `the config ${name}`, declaration);
  report.rest(declaration, 'converted');
  reportItem(context, item);
}

/** The declaration of a secret or a config at the top of the file. */
function declarationOf(
  context: ImportContext,
  what: 'secret' | 'config',
  name: string,
  item: ComposeNode,
): ComposeNode | undefined {
  const declaration = nodeAt(context.project.root, `${what}s`, name);
  if (!declaration) context.undeclared(what, name, item);
  return declaration;
}

/** The owner and the mode of the file do not matter. */
function reportItem({ report }: ImportContext, item: ComposeNode): void {
  for (const [key, node] of entriesOf(item))
    if (key !== 'source' && key !== 'target')
      report.approximated(node, 'The program can read the file, and no other program runs in its pod.');
  report.rest(item, 'converted');
}

function nameOf(item: ComposeNode): string {
  return textOf(nodeAt(item, 'source')) ?? textOf(item) ?? '';
}
