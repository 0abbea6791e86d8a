import type { Image } from '../../images/image';
import type { ByteAmount } from '../shared/plus';
import type { OptionNames } from '../../problems/unknown-options';
import { RESOURCE_OPTIONS, type Resources } from '../shared/resources';

/** The supported database servers. */
export type DatabaseEngine = 'postgres' | 'mysql' | 'mariadb';

/** Whether each caller of a database has its own role, or all use the role that owns the database. */
export type DatabaseRoles = 'per-caller' | 'shared';

/** What a caller may do with the tables of another one: read them, change their rows, or everything. */
export type TableRight = 'read' | 'write' | 'own';

/** The options of a database. None is required. */
export interface DatabaseOptions {
  /**
   * The server: PostgreSQL, MySQL or MariaDB.
   * @default 'postgres'
   */
  readonly engine?: DatabaseEngine;
  /**
   * The image of the server: the official image, or an image based on it.
   * @default - `postgres:17`, `mysql:8.4` or `mariadb:11.8`; with several instances `ghcr.io/cloudnative-pg/postgresql:17-standard-trixie`
   */
  readonly image?: Image;
  /**
   * The number of servers, each with all data. With two or more, the operator CloudNativePG (1.28 or later) runs
   * PostgreSQL. It must be installed in the namespace `cnpg-system`; callers then connect to `NAME-rw`, and the operator
   * creates the password. A write is answered when a majority of the servers has it, so a failover loses none. The data of one server is not moved to several servers automatically: `callsign synth` rejects the
   * change and explains the steps.
   * @default 1
   */
  readonly instances?: number;
  /**
   * The size of the claim for the data. PostgreSQL with the empty schemas of the blog uses 48Mi of it.
   * @default '1Gi'
   */
  readonly storage?: ByteAmount;
  /**
   * The storage class of the claim.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * The name of the database and of the user that owns it.
   * @default - the name of the construct, with underscores instead of dashes
   */
  readonly databaseName?: string;
  /**
   * The roles of the callers. With `per-caller`, each caller logs in with its own role and password, and its tables are
   * in a schema with its name, which the others cannot read without `grants()`. With `shared`, all callers log in as the
   * owner of the database. MySQL and MariaDB have only `shared`.
   * @default - `shared`; `per-caller` if the chart calls `grants()`
   */
  readonly roles?: DatabaseRoles;
  /**
   * Whether the user of the database has all rights on the server, for programs that add extensions or create databases
   * and roles themselves. It has an effect on the first start with an empty claim. Only for one PostgreSQL server.
   * @default false
   */
  readonly superuser?: boolean;
  /**
   * Settings of the server, in addition to the defaults. If `max_connections` is set, the pools of the callers become
   * small enough for it.
   * @default - `max_connections` and the size of the cache follow from the pools of all callers
   */
  readonly settings?: Readonly<Record<string, string | number>>;
  /**
   * SQL that runs once, on the first start with an empty claim, as the user of the database: the text, or the path of
   * a file relative to the working directory. It contains no client commands. The database accepts no connection
   * before the SQL is complete. If it fails, the next start runs it again from the beginning. Later changes have no
   * effect on an existing database: use migrations.
   * @default - an empty database
   */
  readonly initialSql?: string | InitialSqlFile;
  /**
   * Scheduled dumps to a separate claim, and a way to restore them.
   * @default - no backup
   */
  readonly backup?: BackupOptions;
  /**
   * The resource requests and limits of the server. If `memoryLimit` is set, the pools of the callers become small
   * enough for it.
   * @default - 100m CPU; the memory follows from the connections of all callers
   */
  readonly resources?: Resources;
  /**
   * The connections of callers that no chart declares, such as a program of another team.
   * @default 0
   */
  readonly otherConnections?: number;
  /**
   * The numeric user of the image; `postgres:…-alpine` has 70. With several instances the operator sets the user.
   * @default 999
   */
  readonly user?: number;
  /**
   * The image with Node.js that creates the password in the cluster. With several instances the operator creates it.
   * @default Image.of('node:24-slim')
   */
  readonly passwordImage?: Image;
}

/** SQL in a file. */
export interface InitialSqlFile {
  /** The path of the file, relative to the working directory. */
  readonly file: string;
}

/** When a database is dumped, and how many dumps are kept. `{}` uses the defaults. */
export interface BackupOptions {
  /**
   * The cron expression: minute, hour, day of the month, month, day of the week.
   * @default '0 3 * * *'
   */
  readonly schedule?: string;
  /**
   * The time zone of the schedule.
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;
  /**
   * How many dumps are kept. A failed dump removes none.
   * @default 7
   */
  readonly keep?: number;
  /**
   * The size of the claim for the dumps. It must fit `keep` dumps and the one that is being written.
   * @default - the size of the claim for the data
   */
  readonly storage?: ByteAmount;
  /**
   * The storage class of the claim.
   * @default - the storage class of the data
   */
  readonly storageClass?: string;
}

/** The names of the options. @internal */
export const DATABASE_OPTIONS: OptionNames<DatabaseOptions> = {
  engine: true,
  image: 'opaque',
  instances: true,
  storage: 'opaque',
  storageClass: true,
  databaseName: true,
  roles: true,
  superuser: true,
  settings: true,
  initialSql: { file: true },
  backup: { schedule: true, timeZone: true, keep: true, storage: 'opaque', storageClass: true },
  resources: RESOURCE_OPTIONS,
  otherConnections: true,
  user: true,
  passwordImage: 'opaque',
};
