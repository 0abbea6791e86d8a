import type { DatabaseEngine } from '../../../constructs/database/options';
import { serverOf } from '../../../constructs/database/engines/index';
import { Image } from '../../../images/image';
import type { Options } from '../../write/chart';
import type { Context } from '../context';
import type { Member, Role } from '../member';
import { DATABASE_IMAGES } from './images';
import { initialSqlFile } from './initial-sql';
import { resourcesOf } from '../microservice/resources';
import { get, itemsOf, numberOf, textOf, type Node } from '../../load/node';
import { commandOf } from '../../load/service';
import { wordsOf } from '../../load/short-forms';
import { mountsOf } from '../../load/mounts';
import { SourceCode, quoted, type Literal } from '../../write/typescript';

type DatabaseMember = Member & { readonly role: Extract<Role, { kind: 'database' }> };

/** Whether it becomes a `Database`. */
export function isDatabase(member: Member): member is DatabaseMember {
  return member.role.kind === 'database';
}

/** The options of the database that a server of PostgreSQL, MySQL or MariaDB becomes. */
export function databaseOptions(context: Context, member: DatabaseMember): Options {
  const { report, problems } = context;
  const { node, role } = member;
  const server = serverOf(role.engine);
  environment(context, member);
  const initialSql = mounts(context, member);
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
      fix: 'Say what it runs.',
    });
  const settings = { ...settingsOf(context, member), ...timeZone(member) };
  const resources = resourcesOf(context, member, undefined, server.resources);
  return {
    ...(role.engine !== 'postgres' && { engine: role.engine }),
    ...image(context, member),
    ...(role.databaseName !== member.id.replaceAll('-', '_') && { databaseName: role.databaseName }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(initialSql !== undefined && { initialSql: { file: initialSql } }),
    ...(resources && { resources }),
  };
}

/** What becomes of its mounts; returns the SQL of its first start, if there is some. */
function mounts(context: Context, member: DatabaseMember): string | undefined {
  const { report, loaded } = context;
  const { engine, databaseName } = member.role;
  const { folder, client, dump } = DATABASE_IMAGES[engine];
  let initialSql: string | undefined;
  for (const mount of mountsOf(member)) {
    if (`${mount.target}/`.startsWith(`${folder}/`)) {
      report.approximated(
        mount.node,
        `Its data lies on a claim of its own, empty at first: bring data over with ${dump}.`,
      );
      const why = `It becomes the claim of ${member.id}, of 1Gi: say more with storage.`;
      if (mount.type === 'volume' && mount.source)
        report.rest(get(loaded.root, 'volumes', mount.source), 'approximated', why);
    } else if (mount.target.startsWith('/docker-entrypoint-initdb.d')) {
      const file = initialSql === undefined ? initialSqlFile(context, mount, engine, databaseName) : undefined;
      initialSql ??= file;
      if (file !== undefined) report.converted(mount.node, 'It runs on the first start, as the owner of the database.');
      else report.refused(mount.node, `Run it once as the owner of the database: kubectl exec, with ${client}.`);
    } else
      report.refused(
        mount.node,
        'The server keeps its data on a claim, and takes its settings from the option settings.',
      );
  }
  return initialSql;
}

function image({ report }: Context, { image: reference = '', node, role }: DatabaseMember): Options {
  const { engine } = role;
  const usual = serverOf(engine).image;
  const fixed = Image.of(reference).pinned;
  // On Alpine the server's user has another number. Docker's own library is where any image comes from that has only a name.
  const plain = reference
    .replace(/^(docker\.io\/)?(library\/)?(?=[^/]+$)/, '')
    .replace(/-alpine[\d.]*$/, '')
    .replace(/:alpine[\d.]*$/, '');
  if (!fixed || plain.endsWith(engine)) {
    if (plain.replace(/:latest$/, '') !== engine)
      report.refused(
        get(node, 'image'),
        'It means something else after the next push: write the release that runs today.',
      );
    else {
      report.approximated(
        get(node, 'image'),
        `It runs ${usual}, which its data has to be of: name the release that runs today.`,
      );
      return {};
    }
  } else if (plain !== reference)
    report.approximated(get(node, 'image'), `It runs ${plain}, the same server on Debian.`);
  else report.converted(get(node, 'image'));
  return plain === usual ? {} : { image: new SourceCode(`Image.of(${quoted(plain)})`) };
}

function environment({ report }: Context, { env, role, id }: DatabaseMember): void {
  const { variables, superuser } = DATABASE_IMAGES[role.engine];
  for (const [name, { node, value }] of env) {
    const text = String(value);
    if (name.includes('_ROOT_PASSWORD') && variables.password.test(name))
      report.approximated(
        node,
        `It is made in the cluster, for the pod itself: who logs in as ${superuser} logs in as the owner of the database.`,
      );
    else if (variables.password.test(name))
      report.converted(node, 'The password is made in the cluster on the first start.');
    else if (variables.database.test(name)) {
      if (text === role.databaseName) report.converted(node);
      else
        report.approximated(
          node,
          `The database is called ${role.databaseName}: ${JSON.stringify(text)} is the server's own, or no plain name.`,
        );
    } else if (variables.user.test(name)) {
      if (text === role.databaseName) report.converted(node);
      else report.approximated(node, `The user who owns the database has its name, ${role.databaseName}.`);
    } else if (variables.own.test(name)) report.converted(node, 'The database sees to it by itself.');
    else if (ZONE.test(name)) zone(report, node, role.engine, text);
    else if (variables.open.test(name)) report.refused(node, 'Whoever connects needs the password.');
    else if (name === 'POSTGRES_INITDB_ARGS')
      report.refused(node, `What the first start makes is the image's default; change it in ${id} with SQL.`);
    else if (variables.read.test(name)) report.refused(node, 'The server takes its settings from the option settings.');
    else report.converted(node, `The server of ${id} reads no such variable.`);
  }
}

const ZONE = /^(TZ|PGTZ)$/;

function zone(report: Context['report'], node: Node, engine: DatabaseEngine, text: string): void {
  if (engine === 'postgres' || /^(UTC|Etc\/UTC)$/i.test(text)) report.converted(node);
  else report.refused(node, 'Its clock shows UTC: let each program say the time zone of its connection.');
}

/** MySQL knows names of time zones only once its first start is over. */
function timeZone({ env, role }: DatabaseMember): Record<string, Literal> {
  const text = env.get('TZ')?.value ?? env.get('PGTZ')?.value;
  return text === undefined || role.engine !== 'postgres' ? {} : { timezone: String(text) };
}

/** `postgres -c max_connections=300`, or `mysqld --max-connections=300`, as settings. */
function settingsOf({ report }: Context, { node, role }: DatabaseMember): Record<string, Literal> {
  const command = get(node, 'command');
  const words = commandOf(command, wordsOf).map(({ word }) => word);
  const settings: Record<string, Literal> = {};
  const fixed: string[] = [];
  if (words.length === 0) return settings;
  const rest = /^(postgres|mysqld|mariadbd)$/.test(words[0]!) ? words.slice(1) : words;
  for (let i = 0; i < rest.length; i++) {
    const [, given, value] =
      /^(?:-c|--)?([a-z_][\w.-]*)=(.*)$/.exec(rest[i] === '-c' ? (rest[++i] ?? '') : (rest[i] ?? '')) ?? [];
    if (given === undefined || value === undefined) {
      report.refused(
        command,
        `Only settings can be given to the server: ${role.engine === 'postgres' ? '-c ' : '--'}name=value.`,
      );
      return {};
    }
    const name = given.replaceAll('-', '_');
    if (serverOf(role.engine).fixedSettings.test(name)) fixed.push(name);
    else settings[name] = /^\d+$/.test(value) ? Number(value) : value;
  }
  if (fixed.length > 0) report.approximated(command, `Its Service and its claim decide on ${fixed.join(', ')}.`);
  else report.converted(command);
  return settings;
}
