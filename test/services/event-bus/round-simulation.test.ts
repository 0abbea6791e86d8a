// Simulates random poison, refusals and outages on two partitions of one subscriber, and checks the guarantees.
import * as fc from 'fast-check';
import { START_OF_LOG } from '../../../services/event-bus/log.ts';
import type { Claim, CursorState, Entry } from '../../../services/event-bus/log.ts';
import { duePending, needsControls, plan, settle } from '../../../services/event-bus/round.ts';
import type { Outcome } from '../../../services/event-bus/round.ts';

type Kind = 'good' | 'poison' | 'wrong';
type Weather = 'well' | 'down' | 'failing' | 'refusing' | 'overloaded';
const strict = { maxAttempts: 4, maxRefusals: 3, retryBaseMs: 10, retryMaxMs: 100 };
const batch = 6;

interface Partition {
  readonly entries: readonly Entry[];
  readonly kinds: readonly Kind[];
  state: CursorState;
  due: number;
}

function simulate(
  logs: readonly (readonly { subject: number; kind: Kind }[])[],
  weather: readonly Weather[],
  random: () => number,
  policy = strict,
) {
  const partitions = logs.map((log, p): Partition => ({
    entries: log.map(({ subject }, n) => ({
      offset: n + 1,
      subject: `${p}/${subject}`,
      source: '/t',
      id: `${p}.${n + 1}`,
      body: '',
    })),
    kinds: log.map(({ kind }) => kind),
    state: START_OF_LOG,
    due: 0,
  }));
  const taken: Entry[] = [];
  const dead = new Map<string, string>();
  let accepted = 0;
  let faltered = 0;
  let now = 0;
  let step = 0;
  // After the given list, the subscriber stays well.
  const weatherNow = (): Weather => weather[step] ?? 'well';

  const answer = (partition: Partition, { offset }: Entry): Outcome => {
    const kind = partition.kinds[offset - 1];
    if (weatherNow() === 'down') return { kind: 'failed', error: 'down', seen: false };
    if (weatherNow() === 'overloaded' && random() < 0.6)
      return { kind: 'failed', error: 'no answer in time', seen: true };
    if (weatherNow() === 'failing' || kind === 'poison') return { kind: 'failed', error: '500', seen: true };
    return weatherNow() === 'refusing' || kind === 'wrong' ? { kind: 'refused', error: '400' } : { kind: 'accepted' };
  };
  const isDone = (p: Partition) => p.state.position === p.entries.length && p.state.pending.length === 0;

  for (; step < 4_000 && !partitions.every(isDone); step++) {
    now += 5;
    const [index, partition] = [...partitions.entries()][Math.floor(random() * partitions.length)]!;
    const { state, entries } = partition;
    const claim: Claim = {
      subscriber: 's',
      partition: index,
      fence: '',
      head: entries.length,
      accepted,
      faltered,
      now,
      freshDue: partition.due,
      state,
    };
    const due = duePending(claim, now)
      .slice(0, batch)
      .map(({ offset }) => entries[offset - 1]!);
    const fresh = partition.due <= now ? entries.slice(state.position, state.position + batch) : [];
    const planned = plan(claim, due, fresh, random);
    const outcomes = new Map<number, Outcome>();
    for (const chain of planned.chains) {
      for (const { entry } of chain) {
        // Some rounds end early.
        if (random() < 0.05) break;
        const outcome = answer(partition, entry);
        outcomes.set(entry.offset, outcome);
        if (outcome.kind === 'accepted') taken.push(entry);
        if (outcome.kind === 'failed') break;
      }
    }
    const controls = partitions
      .flatMap((p) =>
        p.entries
          .filter(
            (e) =>
              e.offset <= p.state.position &&
              !p.state.pending.some(({ offset }) => offset === e.offset) &&
              !dead.has(e.id),
          )
          .map((e) => ({ p, e })),
      )
      .slice(-3);
    const well =
      needsControls(claim, outcomes, policy) &&
      controls.length > 0 &&
      controls.every(({ p, e }) => answer(p, e).kind === 'accepted');
    // Some settlements are lost, as if the process was killed. Then everything in the round happens again.
    if (random() < 0.05) continue;
    const result = settle(claim, planned, outcomes, policy, now, well);
    partition.state = result.state;
    partition.due = now + result.holdFor;
    accepted += result.accepted;
    faltered += result.faltered;
    for (const death of result.deaths) dead.set(entries[death.offset - 1]!.id, death.reason);
  }
  return { partitions, taken, dead, steps: step };
}

const log = fc.array(
  fc.record({
    subject: fc.integer({ min: 0, max: 4 }),
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Kind>('good') },
      fc.constant<Kind>('poison'),
      fc.constant<Kind>('wrong'),
    ),
  }),
  { maxLength: 40 },
);
const weather = fc.array(fc.constantFrom<Weather>('well', 'well', 'down', 'failing'), { maxLength: 120 });

function check(logs: { subject: number; kind: Kind }[][], skies: Weather[], seed: number): void {
  // Adds events that are always good, because a subscriber that never accepts anything stays sick forever.
  const withGood = logs.map((entries) => [
    { subject: 9, kind: 'good' as const },
    ...entries,
    { subject: 9, kind: 'good' as const },
  ]);
  let x = seed >>> 0;
  const random = () => (x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const { partitions, taken, dead } = simulate(withGood, skies, random);

  const firstTaken = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const { id, subject } of taken) {
    if (seen.has(id)) continue;
    seen.add(id);
    firstTaken.set(subject, [...(firstTaken.get(subject) ?? []), id]);
  }
  for (const { entries, kinds, state } of partitions) {
    expect(state.position).toBe(entries.length);
    expect(state.pending).toEqual([]);
    for (const [n, { id }] of entries.entries()) {
      // Each event is either accepted or a dead letter, and good events are never dead letters.
      expect({ id, taken: seen.has(id), dead: dead.get(id) }).toEqual({
        id,
        taken: kinds[n] === 'good',
        dead: { good: undefined, poison: 'failed', wrong: 'refused' }[kinds[n]!],
      });
    }
    for (const subject of new Set(entries.map((e) => e.subject))) {
      const inOrder = entries.filter((e, n) => e.subject === subject && kinds[n] === 'good').map(({ id }) => id);
      expect(firstTaken.get(subject) ?? []).toEqual(inOrder);
    }
  }
}

test('with any failures, each good event is accepted in order, and only bad events become dead letters', () => {
  fc.assert(
    fc.property(fc.tuple(log, log), weather, fc.integer(), (logs, skies, seed) => check(logs, skies, seed)),
    { numRuns: 300 },
  );
  expect.hasAssertions();
});

test('a subscriber that refuses everything for a while gets at most `maxRefusals` dead letters per partition', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer(), (outage, seed) => {
      let x = seed >>> 0;
      const random = () => (x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
      const logs = [0, 1].map(() => Array.from({ length: 40 }, (_, n) => ({ subject: n % 5, kind: 'good' as Kind })));
      const { dead, partitions } = simulate(
        logs,
        Array.from({ length: outage }, () => 'refusing'),
        random,
      );
      expect(dead.size).toBeLessThanOrEqual(partitions.length * strict.maxRefusals);
    }),
    { numRuns: 100 },
  );
});

test('an overloaded subscriber that fails for most events for a long time loses nothing', () => {
  let x = 7;
  const random = () => (x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  for (let run = 0; run < 40; run++) {
    const logs = [0, 1].map(() => Array.from({ length: 200 }, (_, n) => ({ subject: n % 50, kind: 'good' as Kind })));
    const { dead } = simulate(
      logs,
      Array.from({ length: 400 }, () => 'overloaded' as const),
      random,
      { ...strict, maxAttempts: 8 },
    );
    expect(dead.size).toBe(0);
  }
});
