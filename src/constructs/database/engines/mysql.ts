import { INITIAL_SQL, orStartAnew, type Engine } from './engine';

interface Variant {
  readonly title: string;
  readonly image: string;
  /** The prefix of the environment variables of the image. */
  readonly prefix: string;
  readonly server: string;
  /** The command-line client. */
  readonly client: string;
  /** The program that dumps a database. */
  readonly dumper: string;
  /** The options of the dump program that only this variant has. */
  readonly dumpOptions: string;
  /** Additional environment variables. */
  readonly more: Readonly<Record<string, string>>;
  readonly resources: Engine['resources'];
  /** The memory of the server without its cache and without connections, in MiB. */
  readonly base: number;
}

/** The engine of MySQL or MariaDB. Their images and programs differ only in a few names and options. */
function family({ title, image, prefix, server, client, dumper, dumpOptions, more, resources, base }: Variant): Engine {
  // The password is passed in a file: the list of processes shows arguments.
  const login = (name: string) =>
    `--defaults-extra-file=<(printf '[client]\\npassword="%s"\\n' "\${${name}_PASSWORD//\\\\/\\\\\\\\}")`;
  const local = `${login(prefix)} --user="$${prefix}_USER" --database="$${prefix}_DATABASE"`;
  const remote = `${login('DATABASE')} --protocol=tcp --host="$DATABASE_HOST" --port="$DATABASE_PORT" --user="$DATABASE_USER"`;
  const answers = '--connect-timeout=5 --batch --skip-column-names --execute="SELECT 1"';
  return {
    title,
    image,
    port: 3306,
    resources,
    memory: {
      cacheSetting: 'innodb_buffer_pool_size',
      cacheShare: 0.5,
      base,
      // The stack of a thread and its buffers for sorting, joining and reading, with the default settings.
      connection: 3,
      cacheValue: (mebibytes) => `${mebibytes}M`,
      units: { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 },
    },
    settings: {},
    // A folder of the volume, not its root: the server requires an empty folder, and the root can contain lost+found.
    data: { mountPath: '/var/lib/mysql', subPath: 'data' },
    scratch: { '/run/mysqld': { sizeLimit: '16Mi' } },
    env: (database, secret) => [
      { name: `${prefix}_ROOT_PASSWORD`, valueFrom: secret('root-password') },
      // The superuser can log in only inside the pod.
      { name: `${prefix}_ROOT_HOST`, value: 'localhost' },
      { name: `${prefix}_DATABASE`, value: database },
      { name: `${prefix}_USER`, value: database },
      { name: `${prefix}_PASSWORD`, valueFrom: secret('password') },
      ...Object.entries(more).map(([name, value]) => ({ name, value })),
    ],
    args: (settings) => Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    // While the image sets up a new database, a temporary server runs that listens only on the socket.
    query: `exec ${client} ${local} --protocol=tcp --host=127.0.0.1 ${answers}`,
    entrypoint: entrypoint(prefix, server),
    initScripts: ({ initialSql }): Record<string, string> =>
      initialSql
        ? {
            '10-initial.sh': orStartAnew(`${client} ${local} --protocol=socket < ${INITIAL_SQL}`, '/var/lib/mysql'),
          }
        : {},
    dump: {
      ending: 'sql.gz',
      connect: '',
      answers: `${client} ${remote} --database="$DATABASE_NAME" ${answers} > /dev/null`,
      make: `
${dumper} ${remote} ${dumpOptions}--single-transaction --quick --routines --events --triggers --hex-blob --no-tablespaces \\
  --add-drop-database --databases "$DATABASE_NAME" | gzip > "$part"
gzip -dc "$part" | tail -n 1 | grep 'Dump completed' > /dev/null`,
      restore: () => `
# All of it can be read, or nothing is touched. The dump drops the database first; this server cannot undo that.
gzip -t "$dump"
gzip -dc "$dump" | ${client} ${remote}`,
    },
    longestName: 32,
    takenNames: /^(root|mysql|sys|information_schema|performance_schema)$/,
    fixedSettings: /^(port|bind[-_]address|datadir|socket|skip[-_]networking|pid[-_]file)$/,
  };
}

/**
 * An interrupted first start leaves a data folder without the database and its user, which the image regards as
 * complete. If they are missing, the server creates them before it accepts connections.
 */
function entrypoint(prefix: string, server: string): string {
  return `set -euo pipefail
if [ -d /var/lib/mysql/mysql ] && [ ! -d "/var/lib/mysql/$${prefix}_DATABASE" ]; then
  password=\${${prefix}_PASSWORD//\\\\/\\\\\\\\}
  password=\${password//\\'/\\'\\'}
  (umask 077 && cat > /tmp/application.sql) <<SQL
CREATE DATABASE IF NOT EXISTS \\\`$${prefix}_DATABASE\\\`;
CREATE USER IF NOT EXISTS '$${prefix}_USER'@'%' IDENTIFIED BY '$password';
GRANT ALL ON \\\`\${${prefix}_DATABASE//_/\\\\_}\\\`.* TO '$${prefix}_USER'@'%';
SQL
  set -- "$@" --init-file=/tmp/application.sql
fi
exec docker-entrypoint.sh ${server} "$@"
`;
}

/** MySQL, with its official image. */
export const mysql = family({
  title: 'MySQL',
  image: 'mysql:8.4',
  prefix: 'MYSQL',
  server: 'mysqld',
  client: 'mysql',
  dumper: 'mysqldump',
  dumpOptions: '--set-gtid-purged=OFF ',
  more: {},
  resources: { cpu: '100m', memory: '384Mi' },
  base: 400,
});

/** MariaDB, with its official image. */
export const mariadb = family({
  title: 'MariaDB',
  image: 'mariadb:11.8',
  prefix: 'MARIADB',
  server: 'mariadbd',
  client: 'mariadb',
  dumper: 'mariadb-dump',
  dumpOptions: '',
  // Upgrades the system tables when the image has a newer version of the server.
  more: { MARIADB_AUTO_UPGRADE: '1' },
  resources: { cpu: '100m', memory: '128Mi' },
  base: 128,
});
