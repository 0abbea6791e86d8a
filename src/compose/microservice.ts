import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { show } from '../k8s/problem';
import { PartReference, type Options } from './chart';
import type { Context, Member } from './context';
import type { EnvironmentConverter } from './environment';
import { healthOf } from './health';
import { missing } from './load';
import { wordsOfCommand } from './microservice-words';
import { entriesOf, get, numberOf, textOf, type Node } from './node';
import { PLAIN_BUILD, PLAIN_DEPLOY, PLAIN_KEYS } from './plain-keys';
import { bytesOf, secondsOf } from './short-forms';
import { StorageConverter } from './storage';
import { Code, type Literal } from './typescript';

/** The options of the microservice that a service becomes. */
export function microserviceOptions(
  context: Context,
  member: Member,
  environment: EnvironmentConverter,
  shared: ReadonlySet<string>,
): Options {
  const { role, known } = member;
  const database = environment.convert();
  const copies = copiesOf(context, member);
  const { files, volumes, writable } = new StorageConverter(context, member, shared, copies).convert();
  const command = wordsOfCommand(context, member, environment, 'entrypoint');
  const args = wordsOfCommand(context, member, environment, 'command');
  const health = healthOf(context, member, environment);
  const folders = [...new Set(['/tmp', ...(known?.writable ?? []), ...writable])].filter((path) => volumes[path] === undefined);
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
    const [status, why] = PLAIN_KEYS[key]?.(value) ?? [];
    if (status) report[status](value, why ?? '');
    if (key.startsWith('x-')) report.converted(value, 'An extension: compose passes over it too.');
  }
  for (const [key, value] of entriesOf(get(node, 'deploy'))) {
    const [status, why] = PLAIN_DEPLOY[key]?.(value) ?? [];
    if (status) report[status](value, why ?? '');
  }
}

/** What a service asks of its node; `limit` where it names none, as docker names none. */
export function resourcesOf({ report }: Context, { node }: Member, limit?: string): Literal | undefined {
  const amount = (read: (text: string) => string | undefined, ...nodes: (Node | undefined)[]) => {
    const found = nodes.find((each) => each !== undefined);
    const value = found && read(textOf(found) ?? '');
    for (const each of nodes) if (value) report.converted(each);
    return value;
  };
  const deployed = (kind: string, key: string) => get(node, 'deploy', 'resources', kind, key);
  const cpu = (text: string) => (Number(text) > 0 ? (Number(text) % 1 === 0 ? text : `${Math.ceil(Number(text) * 1000)}m`) : undefined);
  for (const each of [deployed('limits', 'cpus'), get(node, 'cpus')])
    report.approximated(
      each,
      'There is no limit to the processor: it would slow a pod down beside an idle one. resources.cpu is what is kept for it.',
    );
  for (const key of ['pids', 'devices', 'generic_resources'])
    for (const kind of ['limits', 'reservations']) report.refused(deployed(kind, key), 'A microservice asks for cpu and memory only.');
  const reserved = amount(bytesOf, deployed('reservations', 'memory'), get(node, 'mem_reservation'));
  const memoryLimit = amount(bytesOf, deployed('limits', 'memory'), get(node, 'mem_limit')) ?? limit;
  const kept = amount(cpu, deployed('reservations', 'cpus'));
  // Kubernetes keeps 64Mi where nobody says anything, and a limit may be below that.
  const memory =
    reserved ?? (memoryLimit && /^\d{1,2}Mi$/.test(memoryLimit) && Number.parseInt(memoryLimit, 10) < 64 ? memoryLimit : undefined);
  const resources = { ...(kept && { cpu: kept }), ...(memory && { memory }), ...(memoryLimit && { memoryLimit }) };
  return hasEntries(resources) ? resources : undefined;
}

function imageOf(context: Context, member: Member): Literal {
  const { report } = context;
  const image = get(member.node, 'image');
  const build = get(member.node, 'build');
  if (!build || get(build, 'context') === undefined) {
    report.refused(build, 'It names no folder.');
    return named(context, member, image);
  }
  const folder = textOf(get(build, 'context'))!;
  if (/^(https?:|git@|git:|ssh:|github\.com)/.test(folder)) {
    report.refused(build, 'An image is built from a folder that is here: check it out.');
    return named(context, member, image);
  }
  const path = isAbsolute(folder) ? folder : join(build.spot.base, folder);
  const dockerfile = textOf(get(build, 'dockerfile')) ?? 'Dockerfile';
  for (const [key, node] of entriesOf(build)) {
    const [status, why] = PLAIN_BUILD[key]?.(node) ?? [];
    if (status) report[status](node, why ?? '');
  }
  if (!existsSync(join(path, dockerfile)) && !get(build, 'dockerfile_inline'))
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
  return new Code(
    `Image.service('${member.id}', { folder: '${relative('', path) || '.'}', dockerfile: '${dockerfile}', repository: '${repository}' })`,
  );
}

function named({ report, problems }: Context, member: Member, image: Node | undefined): Literal {
  const reference = textOf(image) ?? '';
  if (reference === '') {
    problems.push({
      code: 'compose-invalid',
      message: `The service ${show(member.name)} has neither an image nor a build.`,
      place: member.node.spot.place,
      mend: 'Say what it runs.',
    });
  }
  const fixed = /@sha256:[0-9a-f]{64}$|:(?!latest$)[\w][\w.-]*$/.test(reference);
  if (fixed) report.converted(image);
  else
    report.refused(
      image,
      'It means something else after the next push: write the release that runs today, in the chart or in the compose file.',
    );
  return new Code(`Image.of('${reference.replaceAll("'", '')}')`);
}

function copiesOf({ report }: Context, { node }: Member): number {
  const [deployed, scale] = [get(node, 'deploy', 'replicas'), get(node, 'scale')];
  for (const each of [deployed, scale]) report.converted(each);
  return Math.max(0, Math.round(numberOf(deployed) ?? numberOf(scale) ?? 1));
}

function workingDir({ report }: Context, { node }: Member): Options {
  const folder = get(node, 'working_dir');
  report.converted(folder);
  return folder ? { workingDir: (textOf(folder) ?? '').replace(/(.)\/+$/, '$1') } : {};
}

function shutdown({ report }: Context, { node }: Member): Options {
  const period = get(node, 'stop_grace_period');
  const seconds = Math.ceil(secondsOf(textOf(period) ?? '') ?? 0);
  if (seconds <= 0) return {};
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
    report.refused(given, /^(0|root)$/.test(id) ? 'No pod runs as root.' : 'A user is named by its number, which the Dockerfile tells.');
  return known?.user && known.user !== 1000 ? { user: known.user } : {};
}

function portsOf({ role }: Member): Readonly<Record<string, number>> {
  return role.kind === 'http' || role.kind === 'server' ? role.ports : {};
}

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
}
