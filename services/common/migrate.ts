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
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${name}.migrations (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const applied = await client.query<{ version: number }>(
      `SELECT coalesce(max(version), 0) AS version FROM ${name}.migrations`,
    );
    const from = applied.rows[0]?.version ?? 0;
    for (const [index, sql] of migrations.slice(from).entries()) {
      await client.query(sql);
      await client.query(`INSERT INTO ${name}.migrations (version) VALUES ($1)`, [from + index + 1]);
    }
    await client.query('COMMIT');
    // The schema may be newer than this program: during a rollout, both versions run.
    return Math.max(migrations.length - from, 0);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
