import { isAbsolute, join, relative, resolve } from 'node:path';
import { Image } from '../../images/image';
import { own } from '../../basics/own';
import { show } from '../../basics/text';
import { partVariable } from '../../links/variables';
import { isFile } from '../load/files';
import { PartReference, type Options } from '../write/chart';
import type { Context } from './context';
import type { Member } from './member';
import { copiesOf } from './copies';
import type { EnvironmentConverter } from './environment';
import { healthOf } from './health';
import { missing } from '../load/load';
import { wordsOfCommand } from './microservice-words';
import { entriesOf, get, numberOf, textOf, type Node } from '../load/node';
import { PLAIN_BUILD, PLAIN_DEPLOY, PLAIN_KEYS } from './plain-keys';
import { resourcesOf } from './resources';
import { secondsOf } from '../load/short-forms';
import { GrantConverter } from './grants';
import { Places } from './places';
import { StorageConverter } from './storage';
import { SourceCode, literal, quoted, type Literal } from '../write/typescript';

/** The options of the microservice that a service becomes. */
export function microserviceOptions(
  context: Context,
  member: Member,
  environment: EnvironmentConverter,
  shared: ReadonlySet<string>,
): Options {
  const { role, known } = member;
  const copies = copiesOf(member.node);
  tellCopies(context, member, copies);
  // Files name whom it calls, too: they come before the calls are written down.
  const places = new Places(context, member);
  new StorageConverter(context, member, places, shared).convert();
  new GrantConverter(context, member, places).convert();
  const { files, volumes, writable } = places;
  const database = environment.convert();
  for (const { of, prefix } of environment.unread()) {
    if (Object.values(files).some((file) => (file as { secret?: string }).secret === of.id)) continue;
    const variables = (['HOST', 'USER', 'PASSWORD'] as const).map((part) => partVariable(prefix, part)).join(', ');
    context.notes.push(
      `${member.id} finds ${of.id} under ${variables} and so on: the password is a new one, and none of its settings takes it. Where it reads other names, set them in env.`,
    );
  }
  const command = wordsOfCommand(context, member, environment, 'entrypoint');
  const args = wordsOfCommand(context, member, environment, 'command');
  const health = healthOf(context, member, environment);
  const folders = [...new Set(['/tmp', ...(known?.writable ?? []), ...writable])].filter(
    (path) => volumes[path] === undefined && files[path] === undefined,
  );
  return {
    image: imageOf(context, member),
    replicas: copies,
    ...(role.kind !== 'http' && { http: false }),
    ...(role.kind === 'http' && role.port !== 8080 && { port: role.port }),
    ...(hasEntries(portsOf(member)) && { ports: portsOf(member) }),
    ...(database && { database: new PartReference(database.id) }),
    ...(hasEntries(environment.env) && { env: environment.env }),
    ...(hasEntries(files) && { files }),
    ...(hasEntries(volumes) && { volumes }),
    ...(folders.length > 1 || folders[0] !== '/tmp' ? { writable: folders } : {}),
    ...(command && { command }),
    ...(args && { args }),
    ...workingDir(context, member),
    resources: resourcesOf(context, member, '1Gi'),
    ...(health && { health }),
    ...shutdown(context, member),
    ...user(context, member),
  };
}

/** The keys of a service that say the same of whatever it becomes. */
export function plainKeys({ report }: Context, { node }: Member): void {
  for (const [key, value] of node.entries) {
    const [status, why] = own(PLAIN_KEYS, key)?.(value) ?? [];
    // Of some labels more was said already.
    if (status && key === 'labels') report.rest(value, status, why);
    else if (status) report[status](value, why ?? '');
    if (key.startsWith('x-')) report.rest(value, 'converted', 'An extension: compose passes over it too.');
  }
  for (const [key, value] of entriesOf(get(node, 'deploy'))) {
    const [status, why] = own(PLAIN_DEPLOY, key)?.(value) ?? [];
    if (status) report[status](value, why ?? '');
  }
}

function imageOf(context: Context, member: Member): Literal {
  const { report } = context;
  const image = get(member.node, 'image');
  const build = get(member.node, 'build');
  const folder = textOf(get(build, 'context'));
  if (!build || !folder) {
    report.refused(build, 'It names no folder.');
    return named(context, member, image);
  }
  if (/^(https?:|git@|git:|ssh:|github\.com)/.test(folder)) {
    report.refused(build, 'An image is built from a folder that is here: check it out.');
    return named(context, member, image);
  }
  const path = isAbsolute(folder) ? folder : join(build.spot.base, folder);
  const dockerfile = textOf(get(build, 'dockerfile')) ?? 'Dockerfile';
  for (const [key, node] of entriesOf(build)) {
    const [status, why] = own(PLAIN_BUILD, key)?.(node) ?? [];
    if (status) report[status](node, why ?? '');
  }
  if (!isFile(join(path, dockerfile)) && !get(build, 'dockerfile_inline'))
    context.problems.push(missing(join(path, dockerfile), build.spot.place));
  const inside = !relative(resolve(path), resolve('')).startsWith('..');
  for (const key of ['context', 'dockerfile']) {
    if (inside && key === 'context')
      report.converted(
        get(build, key),
        'The manifests are written below this folder: put k8s-out into .dockerignore, else each synthesis changes the tag.',
      );
    else report.converted(get(build, key));
  }
  report.approximated(image, 'Its tag is a hash of what it is built from, so that only what changed is replaced.');
  const repository =
    textOf(image)
      ?.replace(/@.*$/, '')
      .replace(/:[^/:]*$/, '') ?? `${context.name}/${member.id}`;
  // Services that are built from the same run the same image.
  const key = `${resolve(path, dockerfile)} ${textOf(image) ?? ''}`;
  const built =
    context.images.get(key) ??
    new SourceCode(
      `Image.service(${quoted(member.id)}, ${literal({ folder: relative('', path) || '.', dockerfile, repository }, '      ', 30)})`,
    );
  context.images.set(key, built);
  return built;
}

function named({ report, problems }: Context, member: Member, image: Node | undefined): Literal {
  const reference = textOf(image) ?? '';
  if (reference === '') {
    problems.push({
      code: 'compose-invalid',
      message: `The service ${show(member.name)} has neither an image nor a build.`,
      place: member.node.spot.place,
      fix: 'Say what it runs.',
    });
  } else if (!Image.of(reference).valid) {
    problems.push({
      code: 'compose-invalid',
      message: `The service ${show(member.name)} has an image that is none.`,
      expected: 'registry/name:tag or name@sha256:…',
      got: show(reference),
      place: image!.spot.place,
      fix: 'Write the name as `docker pull` takes it.',
    });
  }
  if (Image.of(reference).pinned) report.converted(image);
  else
    report.refused(
      image,
      'It means something else after the next push: write the release that runs today, in the chart or in the compose file.',
    );
  return new SourceCode(`Image.of(${quoted(reference)})`);
}

/** Says of the keys that give a number which of them holds. */
function tellCopies({ report }: Context, { node }: Member, copies: number): void {
  for (const each of [get(node, 'deploy', 'replicas'), get(node, 'scale')]) {
    if (numberOf(each) === copies) report.converted(each);
    else report.refused(each, 'It is no number of copies, or another one holds.');
  }
}

function workingDir({ report }: Context, { node }: Member): Options {
  const folder = get(node, 'working_dir');
  const path = (textOf(folder) ?? '').replace(/(.)\/+$/, '$1');
  if (!/^\/[^\s*?#\\]*$/.test(path) || /\/\.{1,2}(\/|$)|\/\//.test(path)) {
    report.refused(folder, 'It is no path of a folder.');
    return {};
  }
  report.converted(folder);
  return { workingDir: path };
}

function shutdown({ report }: Context, { node }: Member): Options {
  const period = get(node, 'stop_grace_period');
  const seconds = Math.ceil(secondsOf(textOf(period) ?? '') ?? 0);
  if (seconds <= 0) {
    report.refused(period, 'It is no time that a program could end in.');
    return {};
  }
  report.converted(period, 'Five seconds come before it, in which no new requests arrive.');
  return seconds + 5 === 30 ? {} : { shutdown: { grace: seconds + 5 } };
}

function user({ report }: Context, { node, known }: Member): Options {
  const given = get(node, 'user');
  const [id = '', group] = (textOf(given) ?? '').split(':');
  if (/^\d+$/.test(id) && Number(id) > 0) {
    if (group === undefined || group === id) report.converted(given);
    else report.approximated(given, `Its group is ${id} too.`);
    return id === '1000' ? {} : { user: Number(id) };
  }
  if (given)
    report.refused(
      given,
      /^(0|root)$/.test(id) ? 'No pod runs as root.' : 'A user is named by its number, which the Dockerfile tells.',
    );
  return known?.user && known.user !== 1000 ? { user: known.user } : {};
}

function portsOf({ role }: Member): Readonly<Record<string, number>> {
  return role.kind === 'http' || role.kind === 'server' ? role.ports : {};
}

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
}
