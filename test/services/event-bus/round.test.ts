import { START_OF_LOG } from '../../../services/event-bus/log.ts';
import type { Claim, CursorState, Entry, Pending } from '../../../services/event-bus/log.ts';
import { duePending, needsControls, plan, settle } from '../../../services/event-bus/round.ts';
import type { Outcome, Policy } from '../../../services/event-bus/round.ts';

const policy: Policy = { maxAttempts: 3, maxRefusals: 2, retryBaseMs: 100, retryMaxMs: 1_000 };
const accepted: Outcome = { kind: 'accepted' };
const refused: Outcome = { kind: 'refused', error: '400' };
const failed: Outcome = { kind: 'failed', error: '500', seen: true };
const unseen: Outcome = { kind: 'failed', error: 'refused', seen: false };

const entry = (offset: number, subject = `s${offset}`): Entry => ({
  offset,
  subject,
  source: '/t',
  id: String(offset),
  body: '{}',
});
const claimOf = (state: Partial<CursorState> = {}, more: Partial<Claim> = {}): Claim => ({
  subscriber: 'x',
  partition: 0,
  fence: '',
  head: 100,
  accepted: 0,
  faltered: 0,
  now: 1_000,
  freshDue: 0,
  state: { ...START_OF_LOG, ...state },
  ...more,
});
const waits = (offset: number, subject: string, more: Partial<Pending> = {}): Pending => ({
  offset,
  subject,
  attempts: 0,
  tries: 0,
  witness: 0,
  faltered: 0,
  due: 0,
  ...more,
});

function round(
  claim: Claim,
  fresh: Entry[],
  outcomes: Record<number, Outcome>,
  { due = [] as Entry[], well = false, now = 1_000 } = {},
) {
  return settle(
    claim,
    plan(claim, due, fresh, () => 0.99),
    new Map(Object.entries(outcomes).map(([o, outcome]) => [Number(o), outcome])),
    policy,
    now,
    well,
  );
}

describe('plan', () => {
  test('has one chain per subject, in the order of offsets', () => {
    const { chains } = plan(claimOf(), [], [entry(1, 'a'), entry(2, 'b'), entry(3, 'a')]);
    expect(chains.map((chain) => chain.map((item) => item.entry.offset))).toEqual([[1, 3], [2]]);
  });

  test('leaves out fresh entries of a subject with a pending entry that is not due', () => {
    const { chains, items } = plan(
      claimOf({ position: 5, pending: [waits(2, 'a', { due: 9e9 })] }),
      [],
      [entry(6, 'a'), entry(7, 'b')],
    );
    expect(chains.map((chain) => chain.map((item) => item.entry.offset))).toEqual([[7]]);
    expect(items).toHaveLength(2);
  });

  test('puts a due entry before the fresh entries of its subject', () => {
    const { chains } = plan(
      claimOf({ position: 5, pending: [waits(2, 'a')] }),
      [entry(2, 'a')],
      [entry(6, 'a'), entry(7, 'b')],
    );
    expect(chains.map((chain) => chain.map((item) => item.entry.offset))).toEqual([[2, 6], [7]]);
  });

  test('delivers the pending entries that were read, and leaves out fresh entries, if a subject has more pending entries', () => {
    const { chains } = plan(
      claimOf({ position: 5, pending: [waits(2, 'a'), waits(3, 'a')] }),
      [entry(2, 'a')],
      [entry(6, 'a')],
    );
    expect(chains.map((chain) => chain.map((item) => item.entry.offset))).toEqual([[2]]);
  });

  test('a subject is due when its first entry is due', () => {
    const claim = claimOf({
      pending: [
        waits(1, 'a', { due: 2_000 }),
        waits(2, 'b', { due: 500 }),
        waits(3, 'a', { due: 0 }),
        waits(4, 'b', { due: 9_000 }),
      ],
    });
    expect(duePending(claim, 1_000).map(({ offset }) => offset)).toEqual([2, 4]);
  });

  test('probes a subscriber that may be sick with two entries', () => {
    const fresh = Array.from({ length: 50 }, (_, n) => entry(n + 1));
    const { chains, items } = plan(claimOf({ failures: 3 }), [], fresh, () => 0.5);
    expect(chains.map((chain) => chain.map((item) => item.entry.offset))).toEqual([[1], [26]]);
    expect(items).toHaveLength(2);
    expect(plan(claimOf({ failures: 3 }), [], fresh, () => 0).chains).toHaveLength(1);
  });
});

describe('settle', () => {
  test('if all entries are accepted, the cursor moves to the last one', () => {
    const result = round(claimOf(), [entry(1), entry(2), entry(3)], { 1: accepted, 2: accepted, 3: accepted });
    expect(result).toMatchObject({
      state: { position: 3, pending: [], failures: 0 },
      accepted: 3,
      retries: 0,
      deaths: [],
      holdFor: 0,
      retryIn: undefined,
    });
  });

  test('if one entry fails alone, the cursor passes it, and it and later entries of its subject are pending', () => {
    const result = round(
      claimOf(),
      [entry(1), entry(2, 'bad'), entry(3), entry(4, 'bad')],
      { 1: accepted, 2: failed, 3: accepted },
      { well: true },
    );
    expect(result.state).toMatchObject({
      position: 4,
      failures: 0,
      pending: [
        { offset: 2, attempts: 1, tries: 1 },
        { offset: 4, attempts: 0, tries: 0 },
      ],
    });
    expect(result.state.pending[0]!.due).toBeGreaterThanOrEqual(1_050);
    expect(result).toMatchObject({ accepted: 2, retries: 1, holdFor: 0 });
    expect(result.retryIn).toBeGreaterThanOrEqual(50);
  });

  test('if everything fails, the cursor stays, no failure counts, and the pause grows', () => {
    let state: CursorState = START_OF_LOG;
    const pauses: number[] = [];
    for (let n = 0; n < 40; n++) {
      const result = round(claimOf(state), [entry(1), entry(2)], { 1: failed, 2: failed });
      expect(result.deaths).toEqual([]);
      pauses.push(result.holdFor);
      state = result.state;
    }
    expect(state).toMatchObject({ position: 0, pending: [], failures: 40 });
    expect(pauses[0]).toBeLessThanOrEqual(100);
    for (const pause of pauses.slice(5)) expect(pause).toBeGreaterThanOrEqual(500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
  });

  test('if everything fails but the controls are accepted, the entries failed alone', () => {
    const claim = claimOf({ failures: 1 });
    expect(needsControls(claim, new Map([[1, failed]]), policy)).toBe(true);
    expect(round(claim, [entry(1)], { 1: failed }, { well: true })).toMatchObject({
      state: { position: 1, failures: 0, pending: [{ offset: 1, attempts: 1 }] },
      holdFor: 0,
    });
  });

  test('if the subscriber accepted entries of other partitions, the cursor passes the first failed entry only', () => {
    const claim = claimOf({ failures: 2, witness: 10 }, { accepted: 11 });
    expect(round(claim, [entry(1), entry(2), entry(3)], { 1: failed, 3: failed }).state).toMatchObject({
      position: 1,
      failures: 2,
      witness: 11,
      pending: [{ offset: 1, attempts: 0 }],
    });
    expect(round(claim, [entry(1)], { 1: failed }, { well: true }).state.pending).toMatchObject([{ attempts: 1 }]);
  });

  test('an entry that fails alone too often becomes a dead letter, and the next one is delivered', () => {
    let state: CursorState = {
      ...START_OF_LOG,
      position: 2,
      pending: [waits(1, 'bad', { attempts: 1, tries: 1 }), waits(2, 'bad')],
    };
    let result = round(claimOf(state), [], { 1: failed }, { due: [entry(1, 'bad'), entry(2, 'bad')], well: true });
    expect(result).toMatchObject({
      deaths: [],
      state: {
        pending: [
          { offset: 1, attempts: 2, tries: 2 },
          { offset: 2, attempts: 0 },
        ],
      },
    });
    state = result.state;
    result = round(claimOf(state), [], { 1: failed }, { due: [entry(1, 'bad'), entry(2, 'bad')], well: true });
    expect(result).toMatchObject({
      deaths: [{ offset: 1, reason: 'failed', attempts: 3, error: '500' }],
      state: { pending: [{ offset: 2 }] },
      retryIn: 0,
    });
  });

  test('the failures of a pending entry restart at 0 if the subscriber may be sick or was not reached', () => {
    const state = { ...START_OF_LOG, position: 1, pending: [waits(1, 'bad', { attempts: 2, tries: 2, witness: 5 })] };
    for (const [outcome, more, well] of [
      [failed, { accepted: 5 }, false],
      [failed, { accepted: 9 }, false],
      [unseen, { accepted: 9 }, true],
    ] as const) {
      const result = round(claimOf(state, more), [], { 1: outcome }, { due: [entry(1, 'bad')], well });
      expect(result).toMatchObject({ deaths: [], state: { failures: 0, pending: [{ attempts: 0, tries: 3 }] } });
    }
    expect(
      round(claimOf(state, { accepted: 6 }), [], { 1: failed }, { due: [entry(1, 'bad')], well: true }).deaths,
    ).toHaveLength(1);
  });

  test('a failure does not count if the subscriber fails for more than one of ten new entries', () => {
    const state = {
      ...START_OF_LOG,
      position: 1,
      pending: [waits(1, 'slow', { attempts: 2, tries: 2, witness: 100, faltered: 10 })],
    };
    const retry = (more: Partial<Claim>) =>
      round(claimOf(state, more), [], { 1: failed }, { due: [entry(1, 'slow')], well: true });
    expect(retry({ accepted: 108, faltered: 11 })).toMatchObject({
      deaths: [],
      state: { pending: [{ attempts: 0, witness: 108, faltered: 11 }] },
    });
    expect(retry({ accepted: 100, faltered: 11 }).deaths).toEqual([]);
    expect(retry({ accepted: 109, faltered: 11 }).deaths).toHaveLength(1);
    expect(retry({ accepted: 100, faltered: 10 }).deaths).toHaveLength(1);
    // The same holds for the first failure, within its round. The entry itself is not counted.
    const fresh = Array.from({ length: 10 }, (_, n) => entry(n + 1));
    const answers = Object.fromEntries(fresh.map(({ offset }) => [offset, offset <= 2 ? failed : accepted]));
    expect(round(claimOf(), fresh, answers, { well: true })).toMatchObject({
      faltered: 2,
      state: { pending: [{ attempts: 0 }, { attempts: 0 }] },
    });
    expect(round(claimOf(), fresh, { ...answers, 1: accepted }, { well: true })).toMatchObject({
      faltered: 1,
      state: { pending: [{ attempts: 1 }] },
    });
  });

  test('a pending entry that fails does not pause fresh entries', () => {
    const state = { ...START_OF_LOG, position: 1, pending: [waits(1, 'bad', { tries: 5 })] };
    expect(round(claimOf(state), [], { 1: failed }, { due: [entry(1, 'bad')] })).toMatchObject({
      holdFor: 0,
      state: { failures: 0 },
    });
  });

  test('entries that were not delivered do not become pending if the subscriber may be sick', () => {
    const state = { ...START_OF_LOG, position: 1, pending: [waits(1, 'bad')] };
    expect(round(claimOf(state), [entry(2), entry(3)], { 1: unseen }, { due: [entry(1, 'bad')] }).state).toMatchObject({
      position: 1,
      pending: [{ offset: 1 }],
    });
  });

  test('a refused entry becomes a dead letter at once, and later entries are delivered', () => {
    const result = round(claimOf(), [entry(1, 'a'), entry(2, 'a')], { 1: refused, 2: accepted });
    expect(result).toMatchObject({
      state: { position: 2, pending: [] },
      deaths: [{ offset: 1, reason: 'refused' }],
      accepted: 1,
      retries: 0,
    });
    expect(round(claimOf(), [entry(1)], { 1: refused })).toMatchObject({
      state: { position: 1, refusals: 1 },
      deaths: [{ offset: 1 }],
    });
  });

  test('a subscriber that refuses everything is sick: after a few refusals there are no more dead letters', () => {
    const entries = [1, 2, 3, 4].map((n) => entry(n));
    const claim = claimOf();
    const outcomes = { 1: refused, 2: refused, 3: refused, 4: refused };
    expect(needsControls(claim, new Map(Object.entries(outcomes).map(([o, x]) => [Number(o), x])), policy)).toBe(true);
    const result = round(claim, entries, outcomes);
    expect(result.deaths.map(({ offset }) => offset)).toEqual([1, 2]);
    expect(result.state).toMatchObject({ position: 2, failures: 1 });
    expect(result.holdFor).toBeGreaterThan(0);
    const again = round(claimOf(result.state), entries.slice(2), { 3: refused, 4: refused });
    expect(again).toMatchObject({ deaths: [], state: { position: 2, failures: 2 } });
    // If the subscriber is well but still refuses these entries, they become dead letters.
    expect(round(claimOf(again.state), entries.slice(2), { 3: refused, 4: refused }, { well: true })).toMatchObject({
      deaths: [{}, {}],
      state: { position: 4, failures: 0, refusals: 0 },
    });
    expect(round(claimOf(again.state), entries.slice(2), { 3: refused, 4: accepted })).toMatchObject({
      deaths: [{ offset: 3 }],
      state: { position: 4, failures: 0, refusals: 0 },
    });
  });

  test('a round that ended early keeps what was accepted, and the rest is pending and due', () => {
    const result = round(claimOf(), [entry(1, 'a'), entry(2, 'b'), entry(3, 'a')], { 1: accepted, 2: accepted });
    expect(result).toMatchObject({
      state: { position: 3, pending: [{ offset: 3, tries: 0, due: 1_000 }] },
      retryIn: 0,
    });
  });

  test('a probe after a gap shows that the subscriber is well, but does not move the cursor', () => {
    const claim = claimOf({ failures: 4 });
    const result = round(claim, [entry(1), entry(2), entry(3)], { 1: failed, 3: accepted }, { well: true });
    expect(result.state).toMatchObject({ position: 1, failures: 0, pending: [{ offset: 1, attempts: 1 }] });
  });

  test('a pause that has not ended stays if only pending entries were delivered', () => {
    const state = { ...START_OF_LOG, position: 1, failures: 2, pending: [waits(1, 'a')] };
    expect(round(claimOf(state, { freshDue: 1_800 }), [], { 1: unseen }, { due: [entry(1, 'a')] })).toMatchObject({
      holdFor: 800,
      state: { failures: 2 },
    });
  });

  test('a redriven entry that is accepted is revived', () => {
    const state = { ...START_OF_LOG, position: 9, pending: [waits(1, 'a', { redriven: true })] };
    expect(round(claimOf(state), [], { 1: accepted }, { due: [entry(1, 'a')] })).toMatchObject({
      revived: [1],
      state: { pending: [], position: 9 },
    });
    expect(round(claimOf(state), [], { 1: failed }, { due: [entry(1, 'a')], well: true }).state.pending).toMatchObject([
      { redriven: true, attempts: 1 },
    ]);
  });

  test('respects Retry-After, up to the maximum pause', () => {
    const asks = (retryAfterMs: number): Outcome => ({ kind: 'failed', error: '503', seen: true, retryAfterMs });
    expect(round(claimOf(), [entry(1)], { 1: asks(700) }).holdFor).toBe(700);
    expect(round(claimOf(), [entry(1)], { 1: asks(3_600_000) }).holdFor).toBe(1_000);
  });
});
