import type { Context } from '../context';
import type { Pod } from './kubectl';
import { Broken } from './promise';

export const NAMESPACE = 'databases';

/** A database of src/charts/examples/databases.ts, and the commands to use it. */
export interface TestDatabase {
  readonly name: string;
  readonly image: string;
  /** A shell command that runs its first argument as SQL, as the user of the application. */
  readonly client: string;
  readonly setUp: readonly string[];
  readonly items: string;
  readonly expected: string;
  readonly tables: string;
  readonly whoAmI: string;
  readonly plainUser: string;
  readonly sleep: string;
  /** Matches its log after an unclean shutdown. */
  readonly recovered: RegExp;
}

export const DATABASES: readonly TestDatabase[] = [
  {
    name: 'orders',
    image: 'postgres:17',
    client:
      'PGPASSWORD="$APPLICATION_PASSWORD" exec psql -h localhost -U orders -d orders -v ON_ERROR_STOP=1 -qAtc "$1"',
    // The initial SQL of the chart creates the table and its first row.
    setUp: ["INSERT INTO orders (item) VALUES ('kept')"],
    items: "SELECT string_agg(item, ', ' ORDER BY id) FROM orders",
    expected: 'the first one, kept',
    tables: "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public'",
    whoAmI: 'SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user',
    plainUser: 'f',
    sleep: 'SELECT pg_sleep(300)',
    recovered: /not properly shut down/,
  },
  {
    name: 'stock',
    image: 'mariadb:11.8',
    client:
      'exec mariadb --protocol=tcp --host=127.0.0.1 --user="$MARIADB_USER" --password="$MARIADB_PASSWORD" --database="$MARIADB_DATABASE" -BNe "$1"',
    setUp: [
      'CREATE TABLE orders (id int PRIMARY KEY, item varchar(40))',
      "INSERT INTO orders VALUES (1, 'the first one'), (2, 'kept')",
    ],
    items: "SELECT coalesce(group_concat(item ORDER BY id SEPARATOR ', '), '') FROM orders",
    expected: 'the first one, kept',
    tables:
      "SELECT group_concat(table_name SEPARATOR ', ') FROM information_schema.tables WHERE table_schema = database()",
    whoAmI:
      "SELECT count(*) FROM information_schema.user_privileges WHERE grantee LIKE '''stock''%' AND privilege_type <> 'USAGE'",
    plainUser: '0',
    sleep: 'SELECT sleep(300)',
    recovered: /crash recovery/i,
  },
];

/** The result of a statement, without the final newline. */
export async function sql({ kubectl }: Context, { name, client }: TestDatabase, statement: string): Promise<string> {
  return (
    await kubectl.exec(NAMESPACE, `${name}-0`, ['bash', '-c', client, 'sql', statement], { timeoutMs: 250_000 })
  ).trim();
}

export async function podOf({ kubectl }: Context, { name }: TestDatabase): Promise<Pod> {
  return kubectl.get<Pod>('pod', `${name}-0`, '-n', NAMESPACE);
}

/** Waits until the newest pod answers queries. */
export async function ready({ kubectl }: Context, { name }: TestDatabase): Promise<void> {
  const waited = await kubectl.run(['-n', NAMESPACE, 'rollout', 'status', `statefulset/${name}`, '--timeout=240s'], {
    timeoutMs: 250_000,
  });
  if (waited.code === 0) return;
  const said = await kubectl.run(['-n', NAMESPACE, 'logs', `${name}-0`, '--tail=20']);
  const pod = await kubectl.run(['-n', NAMESPACE, 'describe', 'pod', `${name}-0`]);
  throw new Broken(`${name} does not become Ready: ${waited.error}`, {
    log: said.out + said.error,
    pod: pod.out.slice(-1_500),
  });
}

/** Starts the CronJob by hand and returns the last line of its log. */
export async function finishJob(
  { kubectl }: Context,
  name: string,
  what: 'backup' | 'restore',
  namespace = NAMESPACE,
): Promise<string> {
  const job = `${name}-${what}-e2e`;
  await kubectl.must(['-n', namespace, 'create', 'job', job, `--from=cronjob/${name}-${what}`]);
  const waited = await kubectl.run(
    ['-n', namespace, 'wait', '--for=condition=complete', `job/${job}`, '--timeout=240s'],
    { timeoutMs: 250_000 },
  );
  const { out, error } = await kubectl.run(['-n', namespace, 'logs', `job/${job}`, '--tail=20']);
  if (waited.code !== 0) {
    const pods = await kubectl.run(['-n', namespace, 'describe', 'pods', '-l', `job-name=${job}`]);
    throw new Broken(`The ${what} of ${name} does not succeed: ${waited.error}`, {
      log: out + error,
      pods: pods.out.slice(-1_500),
    });
  }
  return out.trim().split('\n').at(-1)!;
}
