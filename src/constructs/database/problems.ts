import { isCron } from '../../k8s/cron';
import { byteQuantity } from '../shared/plus';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { isTimeZone } from '../../k8s/time-zone';
import type { BackupOptions, DatabaseOptions } from './options';
import { CLUSTER_IMAGE, type ResolvedBackup, type ResolvedDatabase } from './resolve';
import { quantityProblems, resourceProblems } from '../shared/resources';
import type { Engine } from './engines/engine';
import { ENGINES } from './engines/index';
import { initialSqlProblems } from './initial-sql';
import { imageProblems } from '../shared/value-problems';

type Found = Generator<ProblemRow>;

/** Everything that is wrong with the options of a database. */
export function* databaseProblems(given: DatabaseOptions, options: ResolvedDatabase): Found {
  const { engine, server, instances, storage, databaseName, backup, user } = options;
  if (given.image !== undefined) yield* imageProblems(given.image);
  yield* imageProblems(options.passwordImage, 'passwordImage');
  yield* resourceProblems(options.resources);
  yield* quantityProblems('storage', byteQuantity(storage), '1Gi');
  if (!Object.hasOwn(ENGINES, engine)) {
    yield [
      'database-invalid',
      {
        message: 'There is no such engine.',
        field: 'engine',
        expected: Object.keys(ENGINES).join(', '),
        got: show(engine),
        fix: 'Choose one of them; for another server use a Microservice with volumes, or ExistingService for one that runs already.',
      },
    ];
  }
  yield* nameProblems(server, databaseName);
  for (const name of Object.keys(options.settings)) yield* settingProblems(server, name);
  yield* initialSqlProblems(options.initialSql);
  if (backup !== undefined) yield* backupProblems(backup, given.backup?.storage);
  if (!(Number.isInteger(user) && user >= 1)) {
    yield [
      'database-invalid',
      {
        message: 'A server of ours never runs as root.',
        field: 'user',
        expected: 'a numeric user from 1 on',
        got: show(user),
        fix: 'Name the user of the image, such as 999.',
      },
    ];
  }
  if (!(Number.isInteger(instances) && instances >= 1)) {
    yield [
      'database-invalid',
      {
        message: 'There cannot be this many servers.',
        field: 'instances',
        expected: 'a whole number from 1 on',
        got: show(instances),
        fix: 'Write the number of servers: three survive the loss of one without losing safety.',
      },
    ];
  } else if (instances > 1) yield* clusterProblems(given, options);
}

function* nameProblems({ title, longestName, takenNames }: Engine, databaseName: string): Found {
  if (!(/^[a-z_][a-z0-9_]*$/.test(databaseName) && databaseName.length <= longestName)) {
    yield [
      'name-invalid',
      {
        message: 'It cannot be the name of a database and its user.',
        field: 'databaseName',
        expected: `lower-case letters, digits and underscores, no digit first, ${longestName} at most`,
        got: show(databaseName),
        fix: 'Choose a plain name.',
      },
    ];
  } else if (takenNames.test(databaseName)) {
    yield [
      'name-taken',
      {
        message: `${title} has a database or a user of this name itself.`,
        field: 'databaseName',
        expected: 'a name of its own',
        got: show(databaseName),
        fix: "Name it after what is in it, such as databaseName: 'orders'.",
      },
    ];
  }
}

function* settingProblems({ title, fixedSettings }: Engine, name: string): Found {
  const field = `settings.${name}`;
  if (!/^[a-z_][a-z0-9_.-]*$/.test(name)) {
    yield [
      'name-invalid',
      {
        message: `It is not the name of a setting of ${title}.`,
        field,
        expected: 'a name such as max_connections',
        got: show(name),
        fix: `Look the setting up in the manual of ${title}.`,
      },
    ];
  } else if (fixedSettings.test(name)) {
    yield [
      'database-invalid',
      {
        message: 'Its Service, its probes and its claim hang on this setting.',
        field,
        fix: 'Take it out: callers find the server by name, wherever it listens.',
      },
    ];
  }
}

function* backupProblems({ schedule, timeZone, keep }: ResolvedBackup, storage: BackupOptions['storage']): Found {
  if (!isCron(schedule)) {
    yield [
      'cron-invalid',
      {
        message: 'No calendar has such a time.',
        field: 'backup.schedule',
        expected: 'minute, hour, day of the month, month and day of the week',
        got: show(schedule),
        fix: "Write, for instance, '0 3 * * *': every night at three.",
      },
    ];
  }
  if (!isTimeZone(timeZone)) {
    yield [
      'schedule-invalid',
      {
        message: 'There is no such time zone.',
        field: 'backup.timeZone',
        expected: 'a name such as Europe/Berlin',
        got: show(timeZone),
        fix: "Write, for instance, timeZone: 'Europe/Berlin'.",
      },
    ];
  }
  if (!(Number.isSafeInteger(keep) && keep >= 1)) {
    yield [
      'database-invalid',
      {
        message: 'So many dumps cannot be kept.',
        field: 'backup.keep',
        expected: 'a whole number from 1 on',
        got: show(keep),
        fix: 'Write the number of dumps that are kept.',
      },
    ];
  }
  if (storage !== undefined) yield* quantityProblems('backup.storage', byteQuantity(storage), '1Gi');
}

/** What the operator cannot take over from a single server. */
function* clusterProblems({ image }: DatabaseOptions, { engine, server, settings }: ResolvedDatabase): Found {
  if (engine !== 'postgres') {
    yield [
      'database-invalid',
      {
        message: `The operator for several instances runs PostgreSQL, and not ${server.title}.`,
        field: 'instances',
        expected: "1, or engine: 'postgres'",
        got: show(engine),
        fix: 'Take out instances, or declare a server that runs elsewhere with ExistingService.',
      },
    ];
  }
  if (/^((docker\.io\/)?library\/)?postgres[:@]/.test(image?.reference ?? '')) {
    yield [
      'database-invalid',
      {
        message: 'The operator for several instances cannot run this image.',
        field: 'image',
        expected: `an image made for CloudNativePG, such as ${CLUSTER_IMAGE}`,
        got: show(image?.reference),
        fix: 'Take out image, or name one of those.',
      },
    ];
  }
  for (const name of Object.keys(settings).filter((setting) => OPERATORS_OWN.test(setting))) {
    yield [
      'database-invalid',
      {
        message: 'With several instances this setting is for the operator to make.',
        field: `settings.${name}`,
        fix: 'Take it out, or go back to one instance.',
      },
    ];
  }
}

/** Settings that the operator refuses in a Cluster. */
const OPERATORS_OWN =
  /^(allow_system_table_mods|archive_.*|bonjour.*|cluster_name|data_sync_retry|event_source|full_page_writes|hot_standby|huge_pages|ident_file|jit_provider|log_(destination|directory|file_mode|filename|rotation_age|rotation_size|truncate_on_rotation)|logging_collector|primary_(conninfo|slot_name)|promote_trigger_file|recovery_.*|restart_after_crash|restore_command|shared_preload_libraries|ssl.*|stats_temp_directory|synchronous_standby_names|syslog_.*|unix_socket_.*|wal_level|wal_log_hints)$/;
