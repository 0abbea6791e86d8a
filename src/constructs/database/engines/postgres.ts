import { postgresEmpty, postgresSchemas, postgresSession, type SqlStep } from '../roles/postgres-roles';
import { psqlInput, psqlScript } from '../roles/psql-script';
import type { RolePlan } from '../roles/role-plan';
import { INITIAL_SQL, orStartAnew, type Engine } from './engine';

/** PostgreSQL, with its official image. */
export const postgres: Engine = {
  title: 'PostgreSQL',
  image: 'postgres:17',
  port: 5432,
  resources: { cpu: '100m', memory: '128Mi' },
  memory: {
    cacheSetting: 'shared_buffers',
    cacheShare: 0.25,
    base: 64,
    // Measured with `npm run bench:connections`: 2.2 MiB on average, 3.7 MiB for nine of ten, 4.6 MiB at most.
    connection: 4,
    cacheValue: (mebibytes) => `${mebibytes}MB`,
    units: { '': 8 * 1024, B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 },
  },
  // The connections of a node that failed end after a minute. The default is two hours, and they would use up the budget.
  settings: { tcp_keepalives_idle: 30, tcp_keepalives_interval: 10, tcp_keepalives_count: 3 },
  data: { mountPath: '/var/lib/postgresql/data' },
  scratch: {
    '/var/run/postgresql': { sizeLimit: '16Mi' },
    // Parallel queries share memory here. The default of 64 MiB in a container is too small.
    '/dev/shm': { medium: 'Memory', sizeLimit: '256Mi' },
  },
  env: (database, secret) => [
    { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
    { name: 'POSTGRES_PASSWORD', valueFrom: secret('root-password') },
    { name: 'APPLICATION_DATABASE', value: database },
    { name: 'APPLICATION_PASSWORD', valueFrom: secret('password') },
  ],
  args: (settings) => Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  // While the image sets up a new database, a temporary server runs that listens only on the socket.
  query:
    'PGPASSWORD="$APPLICATION_PASSWORD" exec psql -h localhost -U "$APPLICATION_DATABASE" -d "$APPLICATION_DATABASE" -qAtc "SELECT 1"',
  // On SIGTERM the server waits until every client disconnects. On SIGINT it rolls back open transactions and shuts
  // down.
  stop: 'kill -INT 1',
  initScripts: ({ initialSql, superuser }) => ({
    '10-application.sh': orStartAnew(application(superuser) + (initialSql ? INITIAL : ''), '$PGDATA'),
  }),
  roles: psqlScript,
  dump: {
    ending: 'dump',
    connect:
      'export PGHOST="$DATABASE_HOST" PGPORT="$DATABASE_PORT" PGDATABASE="$DATABASE_NAME" PGUSER="$DATABASE_USER" PGPASSWORD="$DATABASE_PASSWORD" PGCONNECT_TIMEOUT=5',
    answers: 'psql -qAtc "SELECT 1" > /dev/null',
    make: `
pg_dump --format=custom --file="$part"
pg_restore --list "$part" > /dev/null`,
    restore,
  },
  longestName: 63,
  takenNames: /^(postgres|template[01]|pg_.*|public|none)$/,
  fixedSettings:
    /^(port|listen_addresses|data_directory|config_file|hba_file|unix_socket_directories|external_pid_file)$/,
};

/** The roles of callers also get their schemas and grants again if the dump is older than the roles. */
function restore(plan: RolePlan): string {
  const hasRoles = plan.roles.length > 0;
  const [before, after] = hasRoles
    ? [input(postgresEmpty()), `\n${input([...postgresSession(plan), ...postgresSchemas(plan)])}`]
    : ["  echo 'DROP OWNED BY CURRENT_USER;'", ''];
  return `
# All of it can be read, or nothing is touched.
pg_restore --file=/dev/null "$dump"
# A comment on an extension of somebody else's may not be set, nor need it be.
pg_restore --list "$dump" | grep -v ' COMMENT - EXTENSION ' > /tmp/contents
# One transaction: until the last line is in, everybody sees what was there before. A dump that breaks off is rolled back.
{
${before}
  pg_restore ${hasRoles ? '' : '--no-owner '}--use-list=/tmp/contents --file=- "$dump" || printf '\\n\\\\.\\nthe dump broke off;\\n'${after}
} | PGOPTIONS='-c lock_timeout=60s -c client_min_messages=warning' psql --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 --output=/dev/null --file=-`;
}

function input(steps: readonly SqlStep[]): string {
  return `  cat <<'SQL'\n${psqlInput(steps)}\nSQL`;
}

/** Creates the database and the user that owns it. Unless it is a superuser, it has no other permissions. */
const application = (superuser: boolean) => `psql -v ON_ERROR_STOP=1 -U postgres -d postgres \\
  -v name="$APPLICATION_DATABASE" -v password="$APPLICATION_PASSWORD" <<'SQL' || return
CREATE ROLE :"name" LOGIN${superuser ? ' SUPERUSER' : ''} PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
`;
const INITIAL = `psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet -U "$APPLICATION_DATABASE" -d "$APPLICATION_DATABASE" -f ${INITIAL_SQL}`;
