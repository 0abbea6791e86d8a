import { parseKill } from '../../../src/local/faults/kill';
import { KillPlan, type KillTarget } from '../../../src/local/faults/kill-plan';
import type { CallsignError } from '../../../src/problems/problem';

const PARTS = new Set(['web', 'cart']);

test.each([
  ['cart:every=10', { part: 'cart', every: 10 }],
  ['*:every=0.5', { part: '*', every: 0.5 }],
])('%s', (text, kill) => {
  expect(parseKill(text, PARTS)).toEqual(kill);
});

test.each([
  ['cart', 'This is not a kill.'],
  ['cart:', 'This is not a kill.'],
  ['mailer:every=10', 'No replicas of mailer run here.'],
  ['cart:after=10', 'A kill has no "after".'],
  ['cart:every', 'The interval of a kill is wrong.'],
  ['cart:every=', 'The interval of a kill is wrong.'],
  ['cart:every=0', 'The interval of a kill is wrong.'],
  ['cart:every=often', 'The interval of a kill is wrong.'],
  ['cart:every=100000', 'The interval of a kill is wrong.'],
])('%s is wrong', (text, message) => {
  let problems: CallsignError['problems'] = [];
  try {
    parseKill(text, PARTS);
  } catch (error) {
    ({ problems } = error as CallsignError);
  }
  expect(problems).toEqual([
    {
      code: 'start-failed',
      message,
      expected: expect.any(String),
      got: JSON.stringify(text),
      fix: 'Write, for instance, comments:every=10.',
    },
  ]);
});

/** The names of the replicas that a plan kills in the given time. */
async function killed(
  seed: number,
  seconds: number,
  {
    every = 1,
    replicas = ['cart-1', 'cart-2', 'cart-3'],
    isReady = () => true,
  }: { every?: number; replicas?: readonly string[]; isReady?: (name: string) => boolean } = {},
) {
  const plan = new KillPlan(seed, [{ part: 'cart', every }]);
  const names: string[] = [];
  const targets = (part: string): KillTarget[] =>
    replicas.map((name) => ({
      name,
      isReady: part === 'cart' && isReady(name),
      kill: async () => void names.push(name),
    }));
  const reported: string[] = [];
  plan.start({ targets, onKill: (name) => reported.push(name) });
  jest.advanceTimersByTime(seconds * 1_000);
  await plan.end();
  jest.advanceTimersByTime(60_000);
  expect(reported).toEqual(names);
  expect(plan.killed).toBe(names.length);
  return names;
}

describe('a plan', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('kills one replica per interval until its end', async () => {
    expect(await killed(7, 30, { every: 10 })).toHaveLength(3);
    expect(await killed(7, 9, { every: 10 })).toEqual([]);
  });

  test('kills the same replicas with the same seed', async () => {
    const names = await killed(7, 50);
    expect(await killed(7, 50)).toEqual(names);
    expect(await killed(8, 50)).not.toEqual(names);
    expect(new Set(names).size).toBe(3);
  });

  test('kills only replicas that are ready', async () => {
    expect(new Set(await killed(7, 20, { isReady: (name) => name === 'cart-2' }))).toEqual(new Set(['cart-2']));
    expect(await killed(7, 20, { isReady: () => false })).toEqual([]);
    expect(await killed(7, 20, { replicas: [] })).toEqual([]);
  });

  test('ends when the killed replicas have ended', async () => {
    let hasEnded = () => undefined as void;
    const ended = new Promise<void>((resolve) => {
      hasEnded = resolve;
    });
    const plan = new KillPlan(7, [{ part: 'cart', every: 1 }]);
    plan.start({ targets: () => [{ name: 'cart-1', isReady: true, kill: () => ended }], onKill: () => undefined });
    jest.advanceTimersByTime(1_000);
    let isOver = false;
    const end = plan.end().then(() => {
      isOver = true;
    });
    await Promise.resolve();
    expect(isOver).toBe(false);
    hasEnded();
    await end;
  });
});
