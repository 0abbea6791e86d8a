import type { DatabaseEngine } from '../../../constructs/database/options';

/** Facts about the official image of a database. */
interface DatabaseImage {
  readonly variables: {
    /** All variables that the image reads. */
    readonly read: RegExp;
    readonly database: RegExp;
    readonly user: RegExp;
    readonly password: RegExp;
    /** Allows connections without a password. */
    readonly open: RegExp;
    /** What a `Database` does itself. */
    readonly own: RegExp;
  };
  /** The user with all rights. */
  readonly superuser: string;
  /** The schemes of its URLs, of all drivers. */
  readonly scheme: RegExp;
  /** The data folder. */
  readonly folder: string;
  /** The programs that run SQL, and that copy data. */
  readonly client: string;
  readonly dump: string;
}

const MYSQL: DatabaseImage = {
  variables: {
    read: /^(MYSQL|MARIADB)_/,
    database: /^(MYSQL|MARIADB)_DATABASE$/,
    user: /^(MYSQL|MARIADB)_USER$/,
    password: /^(MYSQL|MARIADB)_(ROOT_)?PASSWORD(_FILE)?$/,
    open: /^(MYSQL|MARIADB)_ALLOW_EMPTY_(ROOT_)?PASSWORD$/,
    own: /^(MYSQL|MARIADB)_(RANDOM_ROOT_PASSWORD|ROOT_HOST|AUTO_UPGRADE|DISABLE_UPGRADE_BACKUP|INITDB_SKIP_TZINFO)$/,
  },
  superuser: 'root',
  scheme: /^(db\+)?(mysql|mariadb|ecto)/i,
  folder: '/var/lib/mysql',
  client: 'mysql',
  dump: 'mysqldump and mysql',
};

export const DATABASE_IMAGES: Readonly<Record<DatabaseEngine, DatabaseImage>> = {
  postgres: {
    variables: {
      read: /^(POSTGRES_|LANG$|LC_)/,
      database: /^POSTGRES_DB$/,
      user: /^POSTGRES_USER$/,
      password: /^POSTGRES_PASSWORD(_FILE)?$/,
      open: /^POSTGRES_HOST_AUTH_METHOD$/,
      own: /^PGDATA$/,
    },
    superuser: 'postgres',
    scheme: /^(db\+)?(postgres|pgsql|psql|ecto)/i,
    folder: '/var/lib/postgresql',
    client: 'psql',
    dump: 'pg_dump and pg_restore',
  },
  mysql: MYSQL,
  mariadb: { ...MYSQL, client: 'mariadb', dump: 'mariadb-dump and mariadb' },
};
