import { isCron } from '../../k8s/cron';
import { byteQuantity } from '../shared/plus';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import type { BackupOptions, DatabaseOptions } from './options';
import { CLUSTER_IMAGE, type ResolvedBackup, type ResolvedDatabase } from './resolve';
import { quantityProblems, resourceProblems } from '../shared/resources';
import type { Engine } from './engines/engine';
import { ENGINES } from './engines/index';
import { initialSqlProblems } from './initial-sql';
import { imageProblems, integer, enumValue, zoneName, user } from '../shared/value-problems';

type Found = Generator<ProblemRow>;

/** All problems of the options of a database. */
export function* databaseProblems(given: DatabaseOptions, options: ResolvedDatabase): Found {
  const { server, instances, databaseName, backup } = options;
  if (given.image !== undefined) yield* imageProblems(given.image);
  yield* imageProblems(options.passwordImage, 'passwordImage');
  yield* resourceProblems(options.resources);
  yield* connectionProblems(options);
  yield* quantityProblems('storage', byteQuantity(options.storage), '1Gi');
  const otherServer = 'For another server use a Microservice with volumes, or an ExistingService if it already runs.';
  yield* enumValue('engine', options.engine, Object.keys(ENGINES), 'database-invalid', otherServer);
  yield* nameProblems(server, databaseName);
  if (options.roles !== undefined)
    yield* enumValue('roles', options.roles, ['per-caller', 'shared'], 'database-invalid');
  if (options.roles === 'per-caller' && !server.roles) {
    yield row('database-invalid', {
      message: `All callers of ${server.title} use one role.`,
      field: 'roles',
      expected: "'shared', or engine: 'postgres'",
      got: show(options.roles),
      fix: 'Remove the option roles, or give each caller its own database.',
    });
  }
  if (options.superuser && (options.engine !== 'postgres' || instances > 1)) {
    yield row('database-invalid', {
      message: 'Only one PostgreSQL server can have a superuser for programs.',
      field: 'superuser',
      expected: "engine: 'postgres' and instances: 1",
      got: `engine: ${show(options.engine)}, instances: ${show(instances)}`,
      fix: 'Remove superuser, and add extensions and further databases as an administrator.',
    });
  }
  for (const name of Object.keys(options.settings)) yield* settingProblems(server, name);
  yield* initialSqlProblems(options.initialSql);
  if (backup) yield* backupProblems(backup, given.backup?.storage);
  yield* user('user', options.user, 'database-invalid');
  const number = 'Write the number of servers. With three servers the data survives the loss of one.';
  yield* integer('instances', instances, { code: 'database-invalid', min: 1, fix: number });
  if (Number.isInteger(instances) && instances > 1) yield* clusterProblems(given, options);
}

function* nameProblems({ title, longestName, takenNames }: Engine, databaseName: string): Found {
  if (!(/^[a-z_][a-z0-9_]*$/.test(databaseName) && databaseName.length <= longestName)) {
    yield row('name-invalid', {
      message: 'This is not a valid name of a database and its user.',
      field: 'databaseName',
      expected: `lower-case letters, digits and underscores; the first is not a digit; at most ${longestName}`,
      got: show(databaseName),
      fix: "Write, for instance, databaseName: 'orders'.",
    });
  } else if (takenNames.test(databaseName)) {
    yield row('name-taken', {
      message: `${title} reserves this name.`,
      field: 'databaseName',
      expected: 'another name',
      got: show(databaseName),
      fix: "Name it after its content, such as databaseName: 'orders'.",
    });
  }
}

function* settingProblems({ title, fixedSettings }: Engine, name: string): Found {
  const field = `settings.${name}`;
  if (!/^[a-z_][a-z0-9_.-]*$/.test(name)) {
    yield row('name-invalid', {
      message: `This is not a valid name of a setting of ${title}.`,
      field,
      expected: 'a name such as max_connections',
      got: show(name),
      fix: `Look the setting up in the manual of ${title}.`,
    });
  } else if (fixedSettings.test(name)) {
    yield row('database-invalid', {
      message: 'The Service, the probes and the claim depend on this setting.',
      field,
      fix: `Remove ${name} from settings.`,
    });
  }
}

function* connectionProblems({ settings, otherConnections }: ResolvedDatabase): Found {
  const common = { code: 'database-invalid', fix: 'Write the number of connections, such as 20.' } as const;
  yield* integer('otherConnections', otherConnections, { ...common, min: 0 });
  for (const [name, value] of Object.entries(settings)) {
    if (!/^max[-_]connections$/.test(name)) continue;
    yield* integer(`settings.${name}`, /^\d+$/.test(String(value)) ? Number(value) : value, { ...common, min: 1 });
  }
}

function* backupProblems({ schedule, timeZone: zone, keep }: ResolvedBackup, storage: BackupOptions['storage']): Found {
  if (!isCron(schedule)) {
    yield row('cron-invalid', {
      message: 'The schedule is not valid, or matches no date.',
      field: 'backup.schedule',
      expected: 'a cron expression: minute, hour, day of the month, month and day of the week',
      got: show(schedule),
      fix: "Write, for instance, '0 3 * * *' for every night at three.",
    });
  }
  yield* zoneName('backup.timeZone', zone);
  yield* integer('backup.keep', keep, { code: 'database-invalid', min: 1 });
  if (storage !== undefined) yield* quantityProblems('backup.storage', byteQuantity(storage), '1Gi');
}

/** The problems of options that a single server supports, but the operator does not. */
function* clusterProblems({ image }: DatabaseOptions, { engine, server, settings }: ResolvedDatabase): Found {
  if (engine !== 'postgres') {
    yield row('database-invalid', {
      message: `Several instances require PostgreSQL. The engine is ${server.title}.`,
      field: 'instances',
      expected: "1, or engine: 'postgres'",
      got: show(engine),
      fix: 'Write instances: 1, or declare a server that runs elsewhere with ExistingService.',
    });
  }
  if (/^((docker\.io\/)?library\/)?postgres[:@]/.test(image?.reference ?? '')) {
    yield row('database-invalid', {
      message: 'The operator for several instances cannot run this image.',
      field: 'image',
      expected: `an image for CloudNativePG, such as ${CLUSTER_IMAGE}`,
      got: show(image?.reference),
      fix: 'Remove image, or set it to an image for CloudNativePG.',
    });
  }
  for (const name of Object.keys(settings).filter((setting) => OPERATORS_OWN.test(setting))) {
    yield row('database-invalid', {
      message: 'With several instances the operator manages this setting.',
      field: `settings.${name}`,
      fix: `Remove ${name} from settings, or write instances: 1.`,
    });
  }
}

/** The settings that the operator rejects in a Cluster. */
const OPERATORS_OWN =
  /^(allow_system_table_mods|archive_.*|bonjour.*|cluster_name|data_sync_retry|event_source|full_page_writes|hot_standby|huge_pages|ident_file|jit_provider|log_(destination|directory|file_mode|filename|rotation_age|rotation_size|truncate_on_rotation)|logging_collector|primary_(conninfo|slot_name)|promote_trigger_file|recovery_.*|restart_after_crash|restore_command|shared_preload_libraries|ssl.*|stats_temp_directory|synchronous_standby_names|syslog_.*|unix_socket_.*|wal_level|wal_log_hints)$/;
