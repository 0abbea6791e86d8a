import { partVariable } from '../../../links/variables';
import { nodeAt, numberOf, textOf } from '../../load/node';
import { requestedReplicas } from '../../load/service';
import { secondsOf } from '../../load/short-forms';
import { PartReference, type PlannedOptions } from '../../plan/plan';
import type { ImportContext } from '../context';
import { SettingsConverter } from '../environment/settings';
import { probesOf } from '../health/probes';
import type { Member } from '../member';
import { MountPaths } from '../storage/mount-paths';
import { MountConverter } from '../storage/mounts';
import { addSecretsAndConfigs } from '../storage/secrets-and-configs';
import { wordsOfCommand } from './command';
import { imageOf } from './image';
import { resourcesOf } from './resources';

/** The options of the microservice that a service becomes. `shared` are the volumes and folders of several replicas. */
export function microserviceOptions(
  context: ImportContext,
  member: Member,
  shared: ReadonlySet<string>,
): PlannedOptions {
  const { role, known } = member;
  const replicas = requestedReplicas(member.node);
  reportReplicas(context, member, replicas);
  // Mounted files can add calls, so they come before the settings.
  const paths = new MountPaths(context, member);
  new MountConverter(context, member, paths, shared).convert();
  addSecretsAndConfigs(context, member, paths);
  const { files, volumes, writable } = paths;
  const settings = new SettingsConverter(context, member);
  const database = settings.convert();
  for (const { of, prefix } of settings.unreadPasswords()) {
    if (Object.values(files).some((file) => (file as { secret?: string }).secret === of.id)) continue;
    const variables = (['HOST', 'USER', 'PASSWORD'] as const).map((part) => partVariable(prefix, part)).join(', ');
    context.notes.push(
      `${member.id} gets ${of.id} as ${variables} and so on. No setting of ${member.id} reads the generated password. If the program reads other variables, add them to env.`,
    );
  }
  const command = wordsOfCommand(context, member, settings, 'entrypoint');
  const args = wordsOfCommand(context, member, settings, 'command');
  const health = probesOf(context, member, settings);
  const ports = role.kind === 'http' || role.kind === 'server' ? role.ports : {};
  const folders = [...new Set(['/tmp', ...(known?.writable ?? []), ...writable])].filter(
    (path) => volumes[path] === undefined && files[path] === undefined,
  );
  return {
    image: imageOf(context, member),
    replicas,
    ...(role.kind !== 'http' && { http: false }),
    ...(role.kind === 'http' && role.port !== 8080 && { port: role.port }),
    ...(hasEntries(ports) && { ports }),
    ...(database && { database: new PartReference(database.id) }),
    ...(settings.pool !== undefined && { pool: settings.pool }),
    ...(hasEntries(settings.env) && { env: settings.env }),
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

/** Two keys can give the number of replicas. Only one of them counts. */
function reportReplicas({ report }: ImportContext, { node }: Member, replicas: number): void {
  for (const each of [nodeAt(node, 'deploy', 'replicas'), nodeAt(node, 'scale')]) {
    if (numberOf(each) === replicas) report.converted(each);
    else report.refused(each, 'It is not a number of replicas, or another key overrides it.');
  }
}

function workingDir({ report }: ImportContext, { node }: Member): PlannedOptions {
  const folder = nodeAt(node, 'working_dir');
  const path = (textOf(folder) ?? '').replace(/(.)\/+$/, '$1');
  if (!/^\/[^\s*?#\\]*$/.test(path) || /\/\.{1,2}(\/|$)|\/\//.test(path)) {
    report.refused(folder, 'It is not the absolute path of a folder.');
    return {};
  }
  report.converted(folder);
  return { workingDir: path };
}

function shutdown({ report }: ImportContext, { node }: Member): PlannedOptions {
  const period = nodeAt(node, 'stop_grace_period');
  const seconds = Math.ceil(secondsOf(textOf(period) ?? '') ?? 0);
  if (seconds <= 0) {
    report.refused(period, 'It is not a positive duration.');
    return {};
  }
  report.converted(period, 'The grace period includes 5 more seconds, in which no new requests arrive.');
  return seconds + 5 === 30 ? {} : { shutdown: { grace: seconds + 5 } };
}

function user({ report }: ImportContext, { node, known }: Member): PlannedOptions {
  const given = nodeAt(node, 'user');
  const [id = '', group] = (textOf(given) ?? '').split(':');
  if (/^\d+$/.test(id) && Number(id) > 0) {
    if (group === undefined || group === id) report.converted(given);
    else report.approximated(given, `Its group is ${id}, too.`);
    return id === '1000' ? {} : { user: Number(id) };
  }
  report.refused(
    given,
    /^(0|root)$/.test(id)
      ? 'No pod runs as root.'
      : 'Write the number of the user. The Dockerfile of the image has it.',
  );
  return known?.user && known.user !== 1000 ? { user: known.user } : {};
}

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
}
