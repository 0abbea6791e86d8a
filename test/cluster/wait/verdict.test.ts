import { waiting, type Readiness, type Trouble } from '../../../src/cluster/wait/readiness';
import { remember, verdictOf, type History } from '../../../src/cluster/wait/verdict';

const PATIENCE = 100;
const trouble = (kind: Trouble['kind'], more: Partial<Trouble> = {}): Trouble => ({
  kind,
  reason: kind,
  message: 'text',
  fix: 'fix',
  ...more,
});

interface Look {
  readonly at: number;
  readonly readiness: Readiness;
  readonly isBlocked?: boolean;
}

/** The second at which the rollout has failed, and the reason. Undefined if it has not. */
function failure(looks: readonly Look[]): { at: number; reason: string } | undefined {
  let history: History | undefined;
  for (const { at, readiness, isBlocked = false } of looks) {
    const observation = { readiness, isUnblocked: !isBlocked, now: at * 1_000 };
    history = remember(history, observation);
    const verdict = verdictOf(history, observation, PATIENCE);
    if (verdict) return { at, reason: verdict.reason };
  }
  return undefined;
}

const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const always = (to: number, readiness: Readiness, isBlocked = false) =>
  seconds(0, to).map((at): Look => ({ at, readiness, isBlocked }));

test('what is ready or silent never fails', () => {
  expect(failure(always(500, { state: 'ready' }))).toBeUndefined();
  expect(failure(always(500, { state: 'silent' }))).toBeUndefined();
});

test('a certain trouble is final after a few seconds', () => {
  expect(failure(always(500, waiting('0 of 1', trouble('certain'))))).toEqual({ at: 6, reason: 'certain' });
});

test('a trouble can be final later', () => {
  expect(failure(always(500, waiting('0 of 1', trouble('certain', { seconds: 15 }))))?.at).toBe(15);
});

test('a certain trouble that ends by itself is not final', () => {
  const looks = [...always(5, waiting('0 of 1', trouble('certain'))), { at: 5, readiness: waiting('0 of 1') }];
  expect(failure([...looks, { at: 9, readiness: waiting('0 of 1', trouble('certain')) }])).toBeUndefined();
});

test('nothing is final while something that it needs is not ready, and the time starts afterwards', () => {
  expect(failure(always(900, waiting('0 of 1', trouble('certain')), true))).toBeUndefined();
  const looks = seconds(0, 900).map((at): Look => ({
    at,
    readiness: waiting('0 of 1', trouble('certain')),
    isBlocked: at < 300,
  }));
  expect(failure(looks)?.at).toBe(305);
});

test('a crash is final the second time', () => {
  const crash = (restarts: number) => waiting('0 of 1', trouble('crash', { restarts }));
  expect(failure([0, 1, 1, 2].map((restarts, at) => ({ at, readiness: crash(restarts) })))?.at).toBe(3);
});

test('crashes while the database was away do not count', () => {
  const crash = (restarts: number) => waiting('0 of 1', trouble('crash', { restarts }));
  const looks: Look[] = [
    { at: 0, readiness: crash(1), isBlocked: true },
    { at: 20, readiness: crash(5), isBlocked: true },
    { at: 21, readiness: crash(5) },
    { at: 30, readiness: crash(6) },
  ];
  expect(failure(looks)).toBeUndefined();
  expect(failure([...looks, { at: 40, readiness: crash(7) }])?.at).toBe(40);
});

test('a rollout may take long as long as it makes progress', () => {
  const looks = seconds(0, 1_200).map((at): Look => ({
    at,
    readiness: at < 1_188 ? waiting(`${Math.floor(at / 99)} of 12`) : { state: 'ready' },
  }));
  expect(failure(looks)).toBeUndefined();
});

test('without progress it fails when its time is over', () => {
  expect(failure(always(500, waiting('0 of 1')))).toEqual({ at: 100, reason: 'Timeout' });
  expect(failure(always(500, waiting('0 of 1', trouble('maybe'))))).toEqual({ at: 100, reason: 'maybe' });
});
