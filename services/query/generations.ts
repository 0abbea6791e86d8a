// Generations of the read model. A replay builds the next generation in the schema query_next, while the schema query
// answers. The switch renames both schemas in one transaction. The comment of a schema is the id of its generation.
import { Type } from '../common/schema.ts';
import type { FastifyInstance } from 'fastify';
import type { Database, Queryable } from '../common/database.ts';
import { conflict } from '../common/errors.ts';
import { applyPending } from '../common/migrate.ts';

/** Only one replica at a time changes generations. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('callsign generations of query', 0))`;

const Generation = Type.Object({ generation: Type.String({ pattern: '^\\d{1,15}$', description: 'a generation' }) });

interface Generations {
  readonly live: string;
  readonly next: string | null;
}

/** The routes that the replay of the bus calls. All of them can be repeated. */
export function addReplay(app: FastifyInstance, database: Database, migrations: readonly string[]): void {
  app.get('/replay', async () => generations(database));
  app.post('/replay', async () => database.transaction((tx) => begin(tx, migrations)));
  app.post<{ Params: { generation: string } }>(
    '/replay/:generation/switch',
    { schema: { params: Generation } },
    async ({ params }) => {
      const result = await database.transaction((tx) => switchTo(tx, params.generation));
      // After the commit: a read that began before still uses the old tables, and the drop waits for it.
      await database.query('DROP SCHEMA IF EXISTS query_old CASCADE');
      return result;
    },
  );
}

/** Selects the tables of a generation, whether it is still being built or already live. */
export async function enter(tx: Queryable, generation: string): Promise<void> {
  const { rowCount } = await tx.query(
    `SELECT set_config('search_path', nspname, true) FROM pg_namespace
     WHERE nspname IN ('query', 'query_next') AND coalesce(obj_description(oid, 'pg_namespace'), '0') = $1`,
    [generation],
  );
  if (rowCount !== 1) throw conflict('no_generation', `there is no generation ${generation}`);
}

async function generations(database: Queryable): Promise<Generations> {
  const { rows } = await database.query<{ name: string; id: string }>(
    `SELECT nspname AS name, coalesce(obj_description(oid, 'pg_namespace'), '0') AS id FROM pg_namespace
     WHERE nspname IN ('query', 'query_next')`,
  );
  const of = (name: string) => rows.find((row) => row.name === name)?.id;
  return { live: of('query') ?? '0', next: of('query_next') ?? null };
}

/** Creates the next generation, unless it exists with the tables of this version of the program. */
async function begin(tx: Queryable, migrations: readonly string[]): Promise<Generations> {
  await tx.query(LOCK);
  const { next } = await generations(tx);
  if (next !== null) {
    const { rows } = await tx.query<{ version: number }>('SELECT max(version) AS version FROM query_next.migrations');
    if (rows[0]?.version === migrations.length) return generations(tx);
    await tx.query('DROP SCHEMA query_next CASCADE');
  }
  await tx.query('SET LOCAL search_path = query_next');
  await applyPending((text, values) => tx.query(text, values), 'query_next', migrations);
  // The time makes the id unique: a generation that was dropped never continues.
  await tx.query(
    `DO $$ BEGIN EXECUTE format('COMMENT ON SCHEMA query_next IS %L', (extract(epoch FROM clock_timestamp()) * 1000)::bigint); END $$`,
  );
  return generations(tx);
}

async function switchTo(tx: Queryable, generation: string): Promise<Generations> {
  await tx.query(LOCK);
  const { live, next } = await generations(tx);
  if (live === generation) return { live, next };
  if (next !== generation) throw conflict('no_generation', `there is no generation ${generation}`);
  await tx.query('DROP SCHEMA IF EXISTS query_old CASCADE');
  await tx.query('ALTER SCHEMA query RENAME TO query_old');
  await tx.query('ALTER SCHEMA query_next RENAME TO query');
  return generations(tx);
}
