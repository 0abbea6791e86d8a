// POST /events receives events from the bus. It checks the event, applies it once, and answers with the result.
import type { Static, TSchema } from './schema.ts';
import type { FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import { isDataError } from './database.ts';
import type { Database, Queryable } from './database.ts';
import { unprocessable } from './errors.ts';
import { parseEvent } from './events.ts';
import type { BlogEvent } from './events.ts';
import { enterInbox } from './inbox.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { checker } from './schema.ts';

export interface Handler {
  readonly check: ReturnType<typeof checker>;
  readonly apply: (tx: Queryable, event: BlogEvent<never>) => Promise<void>;
}

/** Handles one type of event: `data` is the schema of its data, `apply` its effect within the transaction. */
export function handler<S extends TSchema>(
  data: S,
  apply: (tx: Queryable, event: BlogEvent<Static<S>>) => Promise<void>,
): Handler {
  return { check: checker(data, 'event.data'), apply };
}

export interface SubscriberParts {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The handlers by type of event. Other types are acknowledged and ignored. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /**
   * Selects the tables of a generation for the transaction (query/generations.ts). Without it, the service cannot be
   * replayed.
   */
  readonly enter?: (tx: Queryable, generation: string) => Promise<void>;
  /** Called after an event took effect. */
  readonly applied?: () => void;
}

type Result = 'applied' | 'duplicate' | 'ignored';

export function subscribe(app: FastifyInstance, parts: SubscriberParts): void {
  const { database, log, metrics, handlers, enter, applied } = parts;
  const byType = new Map(Object.entries(handlers));
  const counter = new Counter({
    name: 'inbox_events_total',
    help: 'Events delivered, by type and result.',
    labelNames: ['type', 'result'] as const,
    registers: [metrics.registry],
  });

  app.post('/events', async (request) => take(request.body));
  if (enter)
    app.post<{ Params: { generation: string } }>('/replay/:generation/events', async ({ body, params }) =>
      take(body, (tx) => enter(tx, params.generation)),
    );

  async function take(body: unknown, begin?: (tx: Queryable) => Promise<void>): Promise<{ status: Result }> {
    const event = parseEvent(body);
    const status = await receive(event, begin);
    // The sender chooses the text of an unknown type, so it is not used as a label.
    counter.inc({ type: byType.has(event.type) ? event.type : 'other', result: status });
    log.debug({ requestid: event.requestid, id: event.id, type: event.type, status }, 'event');
    return { status };
  }

  async function receive(event: BlogEvent, begin?: (tx: Queryable) => Promise<void>): Promise<Result> {
    const known = byType.get(event.type);
    if (!known) {
      // Without its database, a subscriber must accept nothing. Otherwise the bus would take it for healthy, and each event
      // that needs the database for a poisoned one.
      await database.checkReachable();
      return 'ignored';
    }
    const data = known.check(event.data);
    if (!data.ok) throw unprocessable('invalid_data', data.message);
    const isNew = await database
      .transaction(async (tx) => {
        await begin?.(tx);
        if (!(await enterInbox(tx, event))) return false;
        await known.apply(tx, event as BlogEvent<never>);
        return true;
      })
      .catch((error: unknown) => {
        // The same event would fail forever. The bus keeps it as a dead letter, which can be delivered again.
        if (isDataError(error))
          throw unprocessable('not_storable', `PostgreSQL cannot store the event: ${error.message}`);
        throw error;
      });
    if (isNew) applied?.();
    return isNew ? 'applied' : 'duplicate';
  }
}
