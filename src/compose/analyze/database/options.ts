import { serverOf } from '../../../constructs/database/engines/index';
import type { DatabaseEngine } from '../../../constructs/database/options';
import { Image } from '../../../images/image';
import { itemsOf, nodeAt, numberOf, textOf, type ComposeNode } from '../../load/node';
import { commandOf } from '../../load/service';
import { Invocation, type PlannedOptions } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { DatabaseRole, Member } from '../member';
import { resourcesOf } from '../program/resources';
import { largeEnough } from './capacity';
import { DATABASE_IMAGES } from './images';
import { initialSqlFile } from './initial-sql';
import { onDebian, usualVersion } from './version';

const GENERATED = 'The password is generated in the cluster.';

type DatabaseMember = Member & { readonly role: DatabaseRole };

/** Whether it becomes a `Database`. */
export function isDatabase(member: Member): member is DatabaseMember {
  return member.role.kind === 'database';
}

/** The options of the database that a service with a database image becomes. */
export function databaseOptions(context: ImportContext, member: DatabaseMember): PlannedOptions {
  const { report, problems } = context;
  const { node, role } = member;
  const server = serverOf(role.engine);
  reportEnvironment(context, member);
  const initialSql = initialSqlOf(context, member);
  for (const item of itemsOf(nodeAt(node, 'secrets'))) {
    report.converted(item, GENERATED);
    const top = nodeAt(context.project.root, 'secrets', textOf(nodeAt(item, 'source')) ?? textOf(item) ?? '');
    report.rest(top, 'converted', `The password of ${member.id} is generated in the cluster.`);
  }
  for (const key of ['configs', 'tmpfs', 'entrypoint', 'working_dir', 'build', 'stop_grace_period'])
    report.refused(nodeAt(node, key), 'A Database has no such option. It has the options image and settings.');
  report.refused(nodeAt(node, 'shm_size'), 'It is 64Mi, as in Docker. Use settings to reduce parallel work.');
  report.approximated(nodeAt(node, 'healthcheck'), 'A Database has its own probes, which run a query.');
  report.converted(nodeAt(node, 'user'), 'It runs as the user of the image.');
  for (const key of ['replicas', 'scale']) {
    const replicas = key === 'scale' ? nodeAt(node, key) : nodeAt(node, 'deploy', key);
    if (numberOf(replicas) === 1) report.converted(replicas);
    else report.refused(replicas, 'A Database has one pod.');
  }
  if (nodeAt(node, 'image') === undefined)
    problems.push({
      code: 'compose-invalid',
      message: `The service ${JSON.stringify(member.name)} has no image.`,
      place: node.position.place,
      fix: 'Add image: NAME:TAG.',
    });
  const { settings = {}, resources } = largeEnough(context, member, {
    settings: { ...settingsOf(context, member), ...timeZone(member) },
    resources: resourcesOf(context, member, undefined, server.resources),
  });
  return {
    ...(role.engine !== 'postgres' && { engine: role.engine }),
    ...imageOption(context, member),
    ...(role.databaseName !== member.id.replaceAll('-', '_') && { databaseName: role.databaseName }),
    // In the image, this user has all rights.
    ...(role.engine === 'postgres' && { superuser: true }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(initialSql !== undefined && { initialSql: { file: initialSql } }),
    ...(resources && Object.keys(resources).length > 0 && { resources: { ...resources } as PlannedOptions }),
  };
}

/** Reports the mounts. Returns the SQL file for the first start. */
function initialSqlOf(context: ImportContext, member: DatabaseMember): string | undefined {
  const { report, project } = context;
  const { engine, databaseName } = member.role;
  const { folder, client, dump } = DATABASE_IMAGES[engine];
  let initialSql: string | undefined;
  for (const mount of member.mounts) {
    if (`${mount.target}/`.startsWith(`${folder}/`)) {
      report.approximated(
        mount.node,
        `Its data is on a claim, which is empty at first. Copy existing data with ${dump}.`,
      );
      const why = `It becomes the claim of ${member.id} of 1Gi. Set storage to change the size.`;
      if (mount.type === 'volume' && mount.source)
        report.rest(nodeAt(project.root, 'volumes', mount.source), 'approximated', why);
    } else if (mount.target.startsWith('/docker-entrypoint-initdb.d')) {
      const file =
        initialSql === undefined
          ? initialSqlFile((text) => context.isSecretText(undefined, text), mount, engine, databaseName)
          : undefined;
      initialSql ??= file;
      if (file !== undefined) report.converted(mount.node, 'It runs on the first start as the user of the database.');
      else report.refused(mount.node, `Run it once as the user of the database, with kubectl exec and ${client}.`);
    } else
      report.refused(
        mount.node,
        'A Database has a claim for its data, and the option settings. It has no other mounts.',
      );
  }
  return initialSql;
}

function imageOption({ report }: ImportContext, { image: reference = '', node, role }: DatabaseMember): PlannedOptions {
  const { engine } = role;
  const image = nodeAt(node, 'image');
  const usual = usualVersion(engine, reference);
  if (usual) {
    report.approximated(image, usual.why);
    return {};
  }
  const plain = onDebian(reference);
  if (!Image.of(reference).pinned) report.refused(image, 'The image tag is not pinned. Write the running version.');
  else if (plain !== reference) report.approximated(image, `It runs ${plain}, which is the same server on Debian.`);
  else report.converted(image);
  return plain === serverOf(engine).image ? {} : { image: new Invocation('Image.of', [plain]) };
}

function reportEnvironment({ report }: ImportContext, { env, role, id }: DatabaseMember): void {
  const { variables, superuser } = DATABASE_IMAGES[role.engine];
  for (const [name, { node, value }] of env) {
    const text = String(value);
    if (name.includes('_ROOT_PASSWORD') && variables.password.test(name))
      report.approximated(
        node,
        `The password of ${superuser} is generated in the cluster, and only the pod uses it. Programs log in as the owner of the database.`,
      );
    else if (variables.password.test(name))
      report.converted(node, 'The password is generated in the cluster on the first start.');
    else if (variables.database.test(name)) {
      if (text === role.databaseName) report.converted(node);
      else
        report.approximated(
          node,
          `The database is called ${role.databaseName}, because ${JSON.stringify(text)} is reserved or needs quotes in SQL.`,
        );
    } else if (variables.user.test(name)) {
      if (text === role.databaseName)
        report.converted(node, role.engine === 'postgres' ? 'It has all rights, as in Docker.' : undefined);
      else report.approximated(node, `The owner of the database has the name of the database, ${role.databaseName}.`);
    } else if (variables.own.test(name)) report.converted(node, 'A Database does this itself.');
    else if (ZONE.test(name)) reportTimeZone(report, node, role.engine, text);
    else if (variables.open.test(name)) report.refused(node, 'Each connection needs the password.');
    else if (name === 'POSTGRES_INITDB_ARGS')
      report.refused(node, `The first start of ${id} has the default options of the image.`);
    else if (variables.read.test(name)) report.refused(node, 'Use the option settings.');
    else report.converted(node, `The image of ${id} does not read this variable.`);
  }
}

const ZONE = /^(TZ|PGTZ)$/;

function reportTimeZone(
  report: ImportContext['report'],
  node: ComposeNode,
  engine: DatabaseEngine,
  text: string,
): void {
  if (engine === 'postgres' || /^(UTC|Etc\/UTC)$/i.test(text)) report.converted(node);
  else report.lost(node, 'The server uses UTC. Let each program set the time zone of its connection.');
}

/** MySQL loads the names of time zones only after its first start, so it gets no setting. */
function timeZone({ env, role }: DatabaseMember): Record<string, string> {
  const text = env.get('TZ')?.value ?? env.get('PGTZ')?.value;
  return text === undefined || role.engine !== 'postgres' ? {} : { timezone: String(text) };
}

/** `postgres -c max_connections=300`, or `mysqld --max-connections=300`, as settings. */
function settingsOf({ report }: ImportContext, { node, role }: DatabaseMember): Record<string, string | number> {
  const command = nodeAt(node, 'command');
  const words = commandOf(command).map(({ word }) => word);
  const settings: Record<string, string | number> = {};
  const fixed: string[] = [];
  if (words.length === 0) return settings;
  const rest = /^(postgres|mysqld|mariadbd)$/.test(words[0]!) ? words.slice(1) : words;
  for (let i = 0; i < rest.length; i++) {
    const [, given, value] =
      /^(?:-c|--)?([a-z_][\w.-]*)=(.*)$/.exec(rest[i] === '-c' ? (rest[++i] ?? '') : (rest[i] ?? '')) ?? [];
    if (given === undefined || value === undefined) {
      report.refused(
        command,
        `The command can contain only settings: ${role.engine === 'postgres' ? '-c ' : '--'}name=value.`,
      );
      return {};
    }
    const name = given.replaceAll('-', '_');
    if (serverOf(role.engine).fixedSettings.test(name)) fixed.push(name);
    else settings[name] = /^\d+$/.test(value) ? Number(value) : value;
  }
  if (fixed.length > 0) report.approximated(command, `The chart sets ${fixed.join(', ')} itself.`);
  else report.converted(command);
  return settings;
}
