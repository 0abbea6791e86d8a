// Each service owns one schema, and creates and migrates it at start. Any number of replicas may start at the same
// time.
import type { ClientBase } from 'pg';

/**
 * Applies the pending migrations in one transaction under a lock. Version n is the n-th migration. Returns how many
 * were applied.
 */
export async function migrate(client: ClientBase, schema: string, migrations: readonly string[]): Promise<number> {
  const name = client.escapeIdentifier(schema);
  await client.query('BEGIN');
  try {
    // Without the lock, two replicas could both try to create the schema, and one would fail.
    await client.query(`SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = '60s'`);
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`callsign migrations of ${schema}`]);
    const applied = await applyPending((text, values) => client.query(text, values), name, migrations);
    await client.query('COMMIT');
    return applied;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Creates a schema, unless it exists, and applies the pending migrations. The search path must begin with the schema. */
export async function applyPending(
  query: (text: string, values?: unknown[]) => Promise<{ rows: object[] }>,
  schema: string,
  migrations: readonly string[],
): Promise<number> {
  await query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await query(
    `CREATE TABLE IF NOT EXISTS ${schema}.migrations (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await query(`SELECT coalesce(max(version), 0) AS version FROM ${schema}.migrations`);
  const from = (rows[0] as { version: number } | undefined)?.version ?? 0;
  for (const [index, sql] of migrations.slice(from).entries()) {
    await query(sql);
    await query(`INSERT INTO ${schema}.migrations (version) VALUES ($1)`, [from + index + 1]);
  }
  // The schema may be newer than this program: during a rollout, both versions run.
  return Math.max(migrations.length - from, 0);
}
