import { INITIAL_SQL, orStartAnew, type Engine } from './engine';

interface Variant {
  readonly title: string;
  readonly image: string;
  /** With which the variables of the image begin. */
  readonly prefix: string;
  readonly server: string;
  /** The program that a person types SQL into, the one that dumps, and what only that one knows. */
  readonly client: string;
  readonly dumper: string;
  readonly dumpOptions: string;
  readonly more: Readonly<Record<string, string>>;
  readonly resources: Engine['resources'];
}

/** MySQL and MariaDB: their images and programs differ in names. */
function family({ title, image, prefix, server, client, dumper, dumpOptions, more, resources }: Variant): Engine {
  // By a file: a password among the arguments shows in the list of processes.
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
    // A folder of the volume, not its root: there a file system may keep a folder of its own, and the data has to start in an empty one.
    data: { mountPath: '/var/lib/mysql', subPath: 'data' },
    scratch: { '/run/mysqld': { sizeLimit: '16Mi' } },
    env: (database, secret) => [
      { name: `${prefix}_ROOT_PASSWORD`, valueFrom: secret('root-password') },
      // The server's own user has no business outside the pod.
      { name: `${prefix}_ROOT_HOST`, value: 'localhost' },
      { name: `${prefix}_DATABASE`, value: database },
      { name: `${prefix}_USER`, value: database },
      { name: `${prefix}_PASSWORD`, valueFrom: secret('password') },
      ...Object.entries(more).map(([name, value]) => ({ name, value })),
    ],
    args: (settings) => Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    // While the image sets up a new database, a server is running that answers only on the socket.
    query: `exec ${client} ${local} --protocol=tcp --host=127.0.0.1 ${answers}`,
    entrypoint: entrypoint(prefix, server),
    initScripts: (initialSql): Record<string, string> =>
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
      restore: `
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
 * A first start that was cut off leaves a data folder that looks whole to the image, without the database and its user.
 * Where they are missing, the server makes them before it takes connections.
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

/** MySQL, as the official image runs it. */
export const mysql = family({
  title: 'MySQL',
  image: 'mysql:8.4',
  prefix: 'MYSQL',
  server: 'mysqld',
  client: 'mysql',
  dumper: 'mysqldump',
  dumpOptions: '--set-gtid-purged=OFF ',
  more: {},
  resources: { cpu: '100m', memory: '384Mi', memoryLimit: '1Gi' },
});

/** MariaDB, as the official image runs it. */
export const mariadb = family({
  title: 'MariaDB',
  image: 'mariadb:11.8',
  prefix: 'MARIADB',
  server: 'mariadbd',
  client: 'mariadb',
  dumper: 'mariadb-dump',
  dumpOptions: '',
  // A newer image finds its own tables as the older one left them.
  more: { MARIADB_AUTO_UPGRADE: '1' },
  resources: { cpu: '100m', memory: '128Mi', memoryLimit: '512Mi' },
});
