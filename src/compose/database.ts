import { Image } from '../k8s/image';
import type { Options } from './chart';
import type { Context, Member } from './context';
import { resourcesOf } from './resources';
import { get, itemsOf, numberOf, textOf } from './node';
import { commandOf } from './service';
import { wordsOf } from './short-forms';
import { mountsOf } from './mounts';
import { Code, quoted, type Literal } from './typescript';

const FOLDER = '/var/lib/postgresql';

/** The options of the database that a PostgreSQL server becomes. */
export function databaseOptions(context: Context, member: Member): Options {
  const { report, problems } = context;
  const { node, role } = member;
  if (role.kind !== 'database') return {};
  environment(context, member);
  for (const mount of mountsOf(member)) {
    if (`${mount.target}/`.startsWith(`${FOLDER}/`)) {
      const claim = `Its data lies on a claim of its own, empty at first: bring data over with pg_dump and pg_restore.`;
      report.approximated(mount.node, claim);
      if (mount.type === 'volume' && mount.source)
        report.rest(
          get(context.loaded.root, 'volumes', mount.source),
          'approximated',
          `It becomes the claim of ${member.id}, of 1Gi: say more with storage.`,
        );
    } else if (mount.target.startsWith('/docker-entrypoint-initdb.d'))
      report.refused(mount.node, 'Run it once as the owner of the database: kubectl exec, with psql.');
    else report.refused(mount.node, 'The server keeps its data on a claim, and takes its settings from the option settings.');
  }
  for (const item of itemsOf(get(node, 'secrets'))) {
    report.converted(item, 'The password is made in the cluster.');
    const top = get(context.loaded.root, 'secrets', textOf(get(item, 'source')) ?? textOf(item) ?? '');
    report.rest(top, 'converted', `The password of ${member.id} is made in the cluster.`);
  }
  for (const key of ['configs', 'tmpfs', 'entrypoint', 'working_dir', 'build', 'stop_grace_period'])
    report.refused(get(node, key), 'A database has its own: it takes an image, and settings.');
  report.refused(get(node, 'shm_size'), 'It is 64Mi, as with docker: lower what works in parallel with settings.');
  report.approximated(get(node, 'healthcheck'), 'It is asked by a query of its own whether it answers.');
  report.converted(get(node, 'user'), 'It runs as the user of its image.');
  for (const key of ['replicas', 'scale']) {
    const copies = key === 'scale' ? get(node, key) : get(node, 'deploy', key);
    if (numberOf(copies) === 1) report.converted(copies);
    else report.refused(copies, 'A database is one server.');
  }
  if (get(node, 'image') === undefined)
    problems.push({
      code: 'compose-invalid',
      message: `The service ${JSON.stringify(member.name)} has no image.`,
      place: node.spot.place,
      mend: 'Say what it runs.',
    });
  const settings = { ...settingsOf(context, member), ...timeZone(context, member) };
  const resources = resourcesOf(context, member);
  return {
    ...image(context, member),
    ...(role.databaseName !== member.id.replaceAll('-', '_') && { databaseName: role.databaseName }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(resources && { resources }),
  };
}

function image({ report }: Context, { image: reference = '', node }: Member): Options {
  const fixed = Image.of(reference).pinned;
  // On Alpine the server's user has another number.
  const plain = reference.replace(/-alpine[\d.]*$/, '').replace(/:alpine[\d.]*$/, '');
  if (!fixed || plain.endsWith('postgres')) {
    if (plain.replace(/:latest$/, '') !== 'postgres')
      report.refused(get(node, 'image'), 'It means something else after the next push: write the release that runs today.');
    else {
      report.approximated(get(node, 'image'), 'It runs postgres:17, which its data has to be of: name the release that runs today.');
      return {};
    }
  } else if (plain !== reference) report.approximated(get(node, 'image'), `It runs ${plain}, the same server on Debian.`);
  else report.converted(get(node, 'image'));
  return plain === 'postgres:17' ? {} : { image: new Code(`Image.of(${quoted(plain)})`) };
}

function environment({ report }: Context, { env, role, id }: Member): void {
  if (role.kind !== 'database') return;
  for (const [name, { node, value }] of env) {
    const text = String(value);
    if (/^POSTGRES_PASSWORD(_FILE)?$/.test(name)) report.converted(node, 'The password is made in the cluster on the first start.');
    else if (name === 'POSTGRES_DB') {
      if (text === role.databaseName) report.converted(node);
      else
        report.approximated(
          node,
          `The database is called ${role.databaseName}: ${JSON.stringify(text)} is the server's own, or no plain name.`,
        );
    } else if (name === 'POSTGRES_USER') {
      if (text === role.databaseName) report.converted(node);
      else report.approximated(node, `The user who owns the database has its name, ${role.databaseName}.`);
    } else if (name === 'PGDATA') report.converted(node, 'Where the data lies on its claim is its own business.');
    else if (name === 'TZ' || name === 'PGTZ') report.converted(node);
    else if (name === 'POSTGRES_HOST_AUTH_METHOD') report.refused(node, 'Whoever connects needs the password.');
    else if (name === 'POSTGRES_INITDB_ARGS')
      report.refused(node, `What the first start makes is the image's default; change it in ${id} with SQL.`);
    else report.refused(node, 'The server takes its settings from the option settings.');
  }
}

function timeZone(_context: Context, { env }: Member): Record<string, Literal> {
  const zone = env.get('TZ')?.value ?? env.get('PGTZ')?.value;
  return zone === undefined ? {} : { timezone: String(zone) };
}

/** `postgres -c max_connections=300 -c shared_buffers=256MB` as settings. */
function settingsOf({ report }: Context, { node }: Member): Record<string, Literal> {
  const command = get(node, 'command');
  const words = commandOf(command, wordsOf).map(({ word }) => word);
  const settings: Record<string, Literal> = {};
  if (words.length === 0) return settings;
  const rest = words[0] === 'postgres' ? words.slice(1) : words;
  for (let i = 0; i < rest.length; i++) {
    const [, name, value] = /^(?:-c|--)?([a-z_][\w.-]*)=(.*)$/.exec(rest[i] === '-c' ? (rest[++i] ?? '') : (rest[i] ?? '')) ?? [];
    if (name === undefined || value === undefined) {
      report.refused(command, 'Only settings can be given to the server: -c name=value.');
      return {};
    }
    settings[name.replaceAll('-', '_')] = /^\d+$/.test(value) ? Number(value) : value;
  }
  report.converted(command);
  return settings;
}
