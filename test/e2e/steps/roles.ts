import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import type { KubeObject } from '../support/kubectl';
import { Load, SITE, evidenceOf, type Figures, noneFailed, repeatWrites } from '../support/load';
import { holds } from '../support/promise';
import { secondsSince, until } from '../support/until';

const CALLERS = ['posts', 'comments', 'event-bus', 'moderation', 'query'];
const roleOf = (caller: string) => caller.replace('-', '_');

export const roles: Step = {
  name: 'roles',
  promise:
    'Each caller of the database has its own role: comments cannot read the rows of posts. An installation with one role gets them without a failed request.',
  minutes: 8,
  async run(context) {
    const { blog, kubectl, say } = context;
    try {
      say('all callers log in as the owner; now each gets its own role, under load');
      const start = Date.now();
      const load = new Load(context.gateway, SITE);
      let figures: Figures;
      try {
        await oneAfterTheOther(context, () => blog.change({ CALLSIGN_POSTGRES_ROLES: 'per-caller' }, context.signal));
      } finally {
        figures = await load.stop();
      }
      const seconds = secondsSince(start);
      noneFailed(figures, 'no request fails while the callers get their roles');
      await repeatWrites(context, figures);
      await isSeparate(context);
      const sessions = await blog.sql<{ usename: string; sessions: number }>(
        "SELECT usename, count(*) AS sessions FROM pg_stat_activity WHERE datname = 'blog' AND application_name <> 'psql' AND usename <> 'postgres' GROUP BY 1 ORDER BY 1",
      );
      holds(
        sessions.map(({ usename }) => usename).join() ===
          CALLERS.map((caller) => roleOf(caller))
            .toSorted()
            .join(),
        'each program logs in with its own role',
        sessions,
      );
      return { ...evidenceOf(figures), secondsToMigrate: seconds, sessions };
    } finally {
      await backToOneRole(context);
      await kubectl.run([
        '-n',
        NAMESPACE,
        'delete',
        '--ignore-not-found',
        'networkpolicy/postgres-roles',
        'serviceaccount/postgres-roles',
      ]);
    }
  },
};

/** Makes a change, and replaces the pods of one caller at a time. All at once would need more than two cores. */
async function oneAfterTheOther({ kubectl, blog }: Context, change: () => Promise<void>): Promise<void> {
  const rollout = (what: 'pause' | 'resume' | 'status', caller: string) =>
    kubectl.must(['-n', NAMESPACE, 'rollout', what, `deployment/${caller}`], { timeoutMs: 250_000 });
  const paused = new Set<string>();
  try {
    for (const caller of CALLERS) {
      await rollout('pause', caller);
      paused.add(caller);
    }
    await change();
    for (const caller of CALLERS) {
      await rollout('resume', caller);
      paused.delete(caller);
      await rollout('status', caller);
    }
  } finally {
    for (const caller of paused) await rollout('resume', caller);
  }
  await blog.ready();
  await blog.oldPodsGone();
}

/** Each caller reads its own tables, and none of another. */
async function isSeparate(context: Context): Promise<void> {
  const tables = await context.blog.sql<{ schema: string; name: string }>(
    `SELECT schemaname AS schema, min(tablename) AS name FROM pg_tables WHERE schemaname IN (${CALLERS.map((caller) => `'${roleOf(caller)}'`).join()}) GROUP BY 1`,
  );
  holds(tables.length === CALLERS.length, 'each caller has tables', tables);
  for (const caller of CALLERS) {
    for (const { schema, name } of tables) {
      const { code, error } = await as(context, caller, `SELECT count(*) FROM ${schema}.${name}`);
      const isOwn = schema === roleOf(caller);
      holds(
        isOwn ? code === 0 : error.includes(`permission denied for schema ${schema}`),
        `${caller} ${isOwn ? 'reads its own tables' : `cannot read the tables of ${schema}`}`,
        error,
      );
    }
  }
  const posts = await as(context, 'comments', 'SELECT title FROM posts.posts');
  holds(posts.out === '', 'comments reads no row of posts', posts);
}

async function as({ kubectl }: Context, caller: string, sql: string) {
  const secret = await kubectl.get<KubeObject & { data: { password: string } }>(
    'secret',
    `postgres.${caller}`,
    '-n',
    NAMESPACE,
  );
  const password = Buffer.from(secret.data.password, 'base64').toString();
  const command = `PGPASSWORD='${password}' psql -h localhost -U ${roleOf(caller)} -d blog -qAtc "$1"`;
  return kubectl.run([
    '-n',
    NAMESPACE,
    'exec',
    'postgres-0',
    '-c',
    'postgres',
    '--',
    'bash',
    '-c',
    command,
    'sql',
    sql,
  ]);
}

/** As before: one role owns everything, and the roles of the callers do not exist. */
async function backToOneRole({ kubectl, blog }: Context): Promise<void> {
  await blog.apply();
  await blog.ready();
  await blog.oldPodsGone();
  const ours = ['-l', `app.kubernetes.io/name=postgres-roles`];
  await kubectl.must(['-n', NAMESPACE, 'delete', 'job', ...ours]);
  for (const caller of CALLERS) {
    const role = roleOf(caller);
    const statements = [`REASSIGN OWNED BY ${role} TO blog`, `DROP OWNED BY ${role}`, `DROP ROLE ${role}`];
    await until(`the role ${role} is gone`, 60, async () => {
      await kubectl.exec(NAMESPACE, 'postgres-0', [
        'psql',
        '-U',
        'postgres',
        '-d',
        'blog',
        '-v',
        'ON_ERROR_STOP=1',
        ...statements.flatMap((statement) => ['-c', statement]),
      ]);
      return true;
    });
    await kubectl.must(['-n', NAMESPACE, 'delete', 'secret', `postgres.${caller}`]);
  }
  await kubectl.must(['-n', NAMESPACE, 'delete', 'job', '-l', 'app.kubernetes.io/name=postgres-password']);
}
