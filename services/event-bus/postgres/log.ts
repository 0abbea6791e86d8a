import type { Claim, CursorState, Entry, Log, Publication, Settlement, Stored } from '../log.ts';
import { partitionOf } from '../partition.ts';
import { withRedriven } from '../redriven.ts';
import { deadLetter, deadLetters, redrive } from './dead-letters.ts';
import type { Queryable } from '../../common/database.ts';
import { status } from './status.ts';

interface CursorRow {
  subscriber: string;
  partition: number;
  position: string;
  rest: Omit<CursorState, 'position'>;
  fence: string;
  holder: string;
  head: string;
  all_accepted: string;
  all_faltered: string;
  now: number;
  fresh_due: number;
  asked: { offset: number; subject: string }[] | null;
}

interface EntryRow {
  offset: string;
  source: string;
  id: string;
  subject: string;
  body: string;
  requestid: string | null;
}

const CLAIM_COLUMNS = `c.subscriber, c.partition, c.position, c.rest, c.fence, c.holder, p.head, total.accepted AS all_accepted, total.faltered AS all_faltered,
  extract(epoch FROM c.due)::float8 * 1000 AS fresh_due, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

/** The column `traceid` has the request id. Its name is older than traces. */
const STATEMENTS = {
  append: 'SELECT outcome FROM append($1, $2, $3, $4, $5, $6, $7)',
  claim: `SELECT ${CLAIM_COLUMNS}, (
      SELECT json_agg(json_build_object('offset', d."offset", 'subject', d.subject)) FROM dead_letter d
      WHERE d.subscriber = $1 AND d.partition = c.partition AND d.state = 'asked') AS asked
    FROM claim($1, $2) c JOIN partition p ON p.id = c.partition
    CROSS JOIN LATERAL (SELECT sum(accepted) AS accepted, sum(faltered) AS faltered FROM cursor WHERE subscriber = $1) total`,
  // The snapshot of the statement is older than the settlement, so the totals of the settlement are added.
  settle: `SELECT ${CLAIM_COLUMNS}, NULL AS asked
    FROM settle($1) c JOIN partition p ON p.id = c.partition
    CROSS JOIN LATERAL (
      SELECT sum(accepted) + ($1->>'accepted')::int AS accepted, sum(faltered) + ($1->>'faltered')::int AS faltered
      FROM cursor WHERE subscriber = $1->>'subscriber') total`,
  renew: `UPDATE cursor SET lease_until = clock_timestamp() + $5 * interval '1 ms'
    WHERE subscriber = $1 AND partition = $2 AND fence = $3 AND holder = $4 AND lease_until > clock_timestamp()
    RETURNING true AS renewed`,
  release: `UPDATE cursor SET lease_until = NULL
    WHERE subscriber = $1 AND partition = $2 AND fence = $3 AND holder = $4 AND lease_until > clock_timestamp()`,
  read: `SELECT "offset", source, id, subject, body, traceid AS requestid FROM (
      SELECT e.*, sum(octet_length(body)) OVER (ORDER BY "offset") - octet_length(body) AS before
      FROM event e WHERE partition = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3) batch
    WHERE before < $4 ORDER BY "offset"`,
  readAt:
    'SELECT "offset", source, id, subject, body, traceid AS requestid FROM event WHERE partition = $1 AND "offset" = ANY ($2) ORDER BY "offset"',
  subscribe: `INSERT INTO cursor (subscriber, partition)
    SELECT name, id FROM unnest($1::text[]) name, partition ORDER BY name, id ON CONFLICT DO NOTHING`,
  wake: `UPDATE cursor SET due = clock_timestamp() WHERE subscriber = $1 AND partition IN (
      SELECT partition FROM cursor WHERE subscriber = $1 AND due > clock_timestamp() FOR UPDATE SKIP LOCKED)`,
  controls: `SELECT e."offset", e.source, e.id, e.subject, e.body, e.traceid AS requestid FROM cursor c CROSS JOIN LATERAL (
      SELECT * FROM event e WHERE e.partition = c.partition AND e."offset" <= c.position
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(c.rest->'pending') x WHERE (x->>'offset')::bigint = e."offset")
        AND NOT EXISTS (SELECT 1 FROM dead_letter d
          WHERE d.subscriber = c.subscriber AND d.partition = c.partition AND d."offset" = e."offset")
      ORDER BY e."offset" DESC LIMIT 1) e
    WHERE c.subscriber = $1 ORDER BY e.stored_at DESC LIMIT 3`,
};

/** Errors that a retry can resolve: two transactions stored the same event at once, or blocked each other. */
const RETRYABLE = new Set(['23505', '40001', '40P01']);

export class PostgresLog implements Log {
  #database: Queryable;
  #partitions: number | undefined;

  constructor(database: Queryable) {
    this.#database = database;
  }

  async append(publications: readonly Publication[]): Promise<readonly Stored[]> {
    const partitions = await this.#countPartitions();
    const columns = [
      publications.map((p) => partitionOf(p.subject, partitions)),
      ...(['source', 'id', 'subject', 'digest', 'body', 'requestid'] as const).map((key) =>
        publications.map((p) => p[key] ?? null),
      ),
    ];
    for (let attempt = 1; ; attempt++) {
      try {
        const rows = await this.#query<{ outcome: Stored }>('append', columns);
        return rows.map((row) => row.outcome);
      } catch (error) {
        if (attempt === 5 || !RETRYABLE.has(stateOf(error))) throw error;
      }
    }
  }

  async subscribe(subscribers: readonly string[]): Promise<void> {
    await this.#query('subscribe', [subscribers]);
  }

  async claim(subscriber: string, leaseMs: number): Promise<Claim | undefined> {
    const [row] = await this.#query<CursorRow>('claim', [subscriber, leaseMs]);
    return row && toClaim(row);
  }

  async read(claim: Claim, limit: number, bytes: number): Promise<readonly Entry[]> {
    return (await this.#query<EntryRow>('read', [claim.partition, claim.state.position, limit, bytes])).map(toEntry);
  }

  async readAt(claim: Claim, offsets: readonly number[]): Promise<readonly Entry[]> {
    return (await this.#query<EntryRow>('readAt', [claim.partition, offsets])).map(toEntry);
  }

  async settle(
    claim: Claim,
    settlement: Settlement,
    next: { readonly leaseMs: number } | 'release',
  ): Promise<Claim | undefined> {
    const { position, ...rest } = settlement.state;
    const [fence, holder] = claim.fence.split('/');
    const values = {
      subscriber: claim.subscriber,
      partition: claim.partition,
      fence,
      holder,
      position,
      rest,
      accepted: settlement.accepted,
      faltered: settlement.faltered,
      retries: settlement.retries,
      deaths: settlement.deaths,
      revived: settlement.revived,
      hold_ms: settlement.holdFor,
      retry_ms: settlement.retryIn,
      lease_ms: next === 'release' ? undefined : next.leaseMs,
    };
    const [row] = await this.#query<CursorRow>('settle', [JSON.stringify(values)]);
    return row && toClaim(row);
  }

  async renew(claim: Claim, leaseMs: number): Promise<boolean> {
    return (await this.#query('renew', [...key(claim), leaseMs])).length > 0;
  }

  async release(claim: Claim): Promise<void> {
    await this.#query('release', key(claim));
  }

  async wake(subscriber: string): Promise<void> {
    await this.#query('wake', [subscriber]);
  }

  async controls(subscriber: string): Promise<readonly Entry[]> {
    return (await this.#query<EntryRow>('controls', [subscriber])).map(toEntry);
  }

  deadLetters: Log['deadLetters'] = (filter) => deadLetters(this.#database, filter);
  deadLetter: Log['deadLetter'] = (letter) => deadLetter(this.#database, letter);
  redrive: Log['redrive'] = (which) => redrive(this.#database, which);
  status: Log['status'] = (subscribers) => status(this.#database, subscribers);

  /** The statements are named, so that PostgreSQL parses and plans each only once per connection. */
  async #query<Row extends object>(name: keyof typeof STATEMENTS, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#database.query<Row>({ name, text: STATEMENTS[name], values: [...values] })).rows;
  }

  /** The number of partitions never changes, because it determines the partition of each subject. */
  async #countPartitions(): Promise<number> {
    if (this.#partitions === undefined) {
      const { rows } = await this.#database.query<{ count: number }>('SELECT count(*)::int AS count FROM partition');
      this.#partitions = rows[0]!.count;
    }
    return this.#partitions;
  }
}

function stateOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return cause?.code ?? code ?? '';
}

const key = (claim: Claim): unknown[] => [claim.subscriber, claim.partition, ...claim.fence.split('/')];

const toEntry = (row: EntryRow): Entry => ({
  ...row,
  offset: Number(row.offset),
  requestid: row.requestid ?? undefined,
});

function toClaim(row: CursorRow): Claim {
  const totals = { accepted: Number(row.all_accepted), faltered: Number(row.all_faltered) };
  return {
    subscriber: row.subscriber,
    partition: row.partition,
    fence: `${row.fence}/${row.holder}`,
    head: Number(row.head),
    ...totals,
    now: row.now,
    freshDue: row.fresh_due,
    state: {
      ...row.rest,
      position: Number(row.position),
      pending: withRedriven(row.rest.pending, row.asked ?? [], totals),
    },
  };
}
