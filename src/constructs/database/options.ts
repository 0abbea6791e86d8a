import type { Image } from '../../images/image';
import type { ByteAmount } from '../shared/plus';
import type { Resources } from '../shared/resources';

/** The servers that a database can be. */
export type DatabaseEngine = 'postgres' | 'mysql' | 'mariadb';

/** What makes up a database. Nothing has to be said. */
export interface DatabaseOptions {
  /**
   * The server: PostgreSQL, MySQL or MariaDB.
   * @default 'postgres'
   */
  readonly engine?: DatabaseEngine;
  /**
   * The image of the server: the official one, or one that is made from it.
   * @default - `postgres:17`, `mysql:8.4` or `mariadb:11.8`; with several instances `ghcr.io/cloudnative-pg/postgresql:17-standard-trixie`
   */
  readonly image?: Image;
  /**
   * How many servers hold a copy of the data. From two on a PostgreSQL is run by CloudNativePG, an operator that has to be in the
   * cluster (in its namespace `cnpg-system`): callers then find it under `NAME-rw`, and the operator makes the password. Data does
   * not move by itself from one server to several: `callsign synth` refuses the step, and says how to make it.
   * @default 1
   */
  readonly instances?: number;
  /**
   * The size of the claim that holds the data.
   * @default '1Gi'
   */
  readonly storage?: ByteAmount;
  /**
   * The storage class of the claim.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * The name of the database in the server; also that of the user who owns it.
   * @default - the name of the construct, with underscores for dashes
   */
  readonly databaseName?: string;
  /**
   * Settings of the server, beside those that it gets in any case.
   * @default { max_connections: 200 }
   */
  readonly settings?: Readonly<Record<string, string | number>>;
  /**
   * SQL, without commands of a client, that runs once, on the first start with an empty claim, in the database and as its user;
   * written out, or the path of a file from the working directory. The database takes no connection before all of it is done; where it fails, the next start begins
   * anew. A later change of it has no effect on a database that is there: that is what migrations are for.
   * @default - an empty database
   */
  readonly initialSql?: string | InitialSqlFile;
  /**
   * Dumps by the clock, on a claim of their own, and a way to restore them.
   * @default - no backup
   */
  readonly backup?: BackupOptions;
  /**
   * What it asks of its node.
   * @default - 100m cpu and 128Mi memory, ended at 512Mi; MySQL 384Mi memory, ended at 1Gi
   */
  readonly resources?: Resources;
  /**
   * The numeric user of the image; `postgres:…-alpine` has 70. An operator's image runs as the operator says.
   * @default 999
   */
  readonly user?: number;
  /**
   * The image with Node.js that makes the password, once, inside the cluster. With several instances the operator does it.
   * @default Image.of('node:24-slim')
   */
  readonly passwordImage?: Image;
}

/** SQL in a file. */
export interface InitialSqlFile {
  /** The path of the file, from the working directory. */
  readonly file: string;
}

/** When a database is dumped, and how many dumps are kept. `{}` says: as by default. */
export interface BackupOptions {
  /**
   * When, as cron writes it: minute, hour, day of the month, month, day of the week.
   * @default '0 3 * * *'
   */
  readonly schedule?: string;
  /**
   * The time zone whose clocks the schedule means.
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;
  /**
   * How many dumps are kept, the newest; a dump that fails takes none away.
   * @default 7
   */
  readonly keep?: number;
  /**
   * The size of the claim that holds the dumps: `keep` of them and the one that is being made.
   * @default - that of the data
   */
  readonly storage?: ByteAmount;
  /**
   * The storage class of the claim.
   * @default - that of the data
   */
  readonly storageClass?: string;
}
