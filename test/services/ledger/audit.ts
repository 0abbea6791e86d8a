// Compares the log, the tables of the subscribers and the dead letters with what was published.
import { openDatabase } from '../support/database.ts';
import type { Published } from './publish.ts';

export async function query<Row extends Record<string, unknown>>(url: string, text: string): Promise<Row[]> {
  const database = await openDatabase(url, 'audit');
  try {
    return (await database.query<Row>(text)).rows;
  } finally {
    await database.close();
  }
}

/** Returns the problems that were found. Other publishers write to the same log: the events of the ledger are counted. */
export async function audit(
  url: string,
  subscribers: readonly string[],
  published: readonly Published[],
): Promise<string[]> {
  const problems: string[] = [];
  const [log] = await query<{ own: number; events: number; heads: number; gaps: number }>(
    url,
    `SELECT
    (SELECT count(*)::int FROM event_bus.event WHERE source = '/ledger') AS own,
    (SELECT count(*)::int FROM event_bus.event) AS events, (SELECT sum(head)::int FROM event_bus.partition) AS heads,
    (SELECT count(*)::int FROM (SELECT partition, count(*) AS n, min("offset") AS low, max("offset") AS high FROM event_bus.event GROUP BY partition) g
      JOIN event_bus.partition p ON p.id = g.partition WHERE g.low <> 1 OR g.high <> g.n OR p.head <> g.n) AS gaps`,
  );
  if (log!.own !== published.length)
    problems.push(`${published.length} events were answered with 202, ${log!.own} are in the log`);
  if (log!.heads !== log!.events || log!.gaps > 0) problems.push(`the offsets have gaps: ${JSON.stringify(log)}`);

  const fatal =
    (name: string) =>
    ({ poison }: Published) =>
      poison === 'all' || poison === name;
  const letters = await query<{ subscriber: string; id: string; reason: string }>(
    url,
    `SELECT d.subscriber, e.id, d.reason
    FROM event_bus.dead_letter d JOIN event_bus.event e USING (partition, "offset")`,
  );
  for (const name of subscribers) {
    const effects = await query<{ id: string; subject: string; number: number }>(
      url,
      `SELECT id, subject, number FROM ${name}.effect ORDER BY place`,
    );
    const times = new Map<string, number>();
    const last = new Map<string, number>();
    for (const { id, subject, number } of effects) {
      times.set(id, (times.get(id) ?? 0) + 1);
      if (number <= (last.get(subject) ?? -1))
        problems.push(`${name}: ${subject} has ${number} after ${last.get(subject)}`);
      last.set(subject, number);
    }
    const good = published.filter((event) => !fatal(name)(event));
    const lost = good.filter(({ id }) => !times.has(id));
    if (lost.length > 0)
      problems.push(`${name}: ${lost.length} events have no effect, such as ${JSON.stringify(lost[0])}`);
    if ([...times.values()].some((n) => n > 1)) problems.push(`${name}: some events took effect more than once`);
    if (effects.length !== good.length) problems.push(`${name}: ${effects.length} effects of ${good.length} events`);
    const dead = letters
      .filter((letter) => letter.subscriber === name)
      .map(({ id, reason }) => `${id} ${reason}`)
      .toSorted();
    const expected = published
      .filter(fatal(name))
      .map(({ id, poison }) => `${id} ${poison === 'all' ? 'refused' : 'failed'}`)
      .toSorted();
    if (dead.join() !== expected.join())
      problems.push(
        `${name}: expected ${expected.length} dead letters, found ${dead.length}: ${dead
          .filter((d) => !expected.includes(d))
          .slice(0, 5)
          .join('; ')}`,
      );
  }
  return problems;
}
