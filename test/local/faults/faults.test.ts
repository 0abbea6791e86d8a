import { parseFault } from '../../../src/local/faults/fault';
import { FaultPlan } from '../../../src/local/faults/fault-plan';
import type { CallsignError } from '../../../src/problems/problem';

const NAMES = new Set(['web', 'cart']);

test.each([
  ['web->cart:delay=500', { from: 'web', to: 'cart', share: 1, delay: 500 }],
  ['*->cart:error=503,share=0.5', { from: '*', to: 'cart', share: 0.5, error: 503 }],
  ['web->*:cut,delay=10', { from: 'web', to: '*', share: 1, cut: true, delay: 10 }],
])('%s', (text, fault) => {
  expect(parseFault(text, NAMES)).toEqual(fault);
});

test.each([
  ['web', 'This is not a fault.'],
  ['web->cart', 'This is not a fault.'],
  ['web->cart:slow=1', 'A fault has no "slow".'],
  ['web->cart:cut=no', 'The cut of a fault is wrong.'],
  ['web->cart:delay=', 'The delay of a fault is wrong.'],
  ['web->none:cut', 'There is no none.'],
  ['web->cart:share=0.5', 'The fault does nothing.'],
  ['web->cart:cut,share=2', 'The share of a fault is wrong.'],
  ['web->cart:cut,share', 'The share of a fault is wrong.'],
  ['web->cart:delay=long', 'The delay of a fault is wrong.'],
  ['web->cart:error=200', 'The status of a fault is wrong.'],
])('%s is wrong', (text, message) => {
  let problems: CallsignError['problems'] = [];
  try {
    parseFault(text, NAMES);
  } catch (error) {
    ({ problems } = error as CallsignError);
  }
  expect(problems).toMatchObject([{ code: 'start-failed', message, got: JSON.stringify(text) }]);
});

const decisions = (plan: FaultPlan, from = 'web', to = 'cart') =>
  Array.from({ length: 1_000 }, () => plan.next(from, to) !== undefined);

test('the same seed gives the same faults, and the share holds', () => {
  const fault = parseFault('web->*:cut,share=0.3', NAMES);
  const first = decisions(new FaultPlan(7, [fault]));
  expect(decisions(new FaultPlan(7, [fault]))).toEqual(first);
  expect(decisions(new FaultPlan(8, [fault]))).not.toEqual(first);
  const share = first.filter(Boolean).length / 1_000;
  expect(Math.abs(share - 0.3)).toBeLessThan(0.05);
  expect(decisions(new FaultPlan(7, [fault]), 'cart', 'web')).not.toContain(true);
});

test('the calls of one pair do not change the faults of another one', () => {
  const fault = parseFault('*->*:cut,share=0.5', NAMES);
  const plan = new FaultPlan(7, [fault]);
  decisions(plan, 'cart', 'web');
  expect(decisions(plan)).toEqual(decisions(new FaultPlan(7, [fault])));
});

test('after its end nothing goes wrong', () => {
  const plan = new FaultPlan(1, [parseFault('*->cart:delay=1', NAMES)]);
  expect(plan.next('web', 'cart')).toBeDefined();
  plan.end();
  expect(plan.next('web', 'cart')).toBeUndefined();
  expect(plan.applied).toBe(1);
});

test('faults are set and removed, the last one wins, and they are counted', () => {
  const plan = new FaultPlan(1, [parseFault('*->cart:delay=1', NAMES)]);
  expect(plan.next('web', 'cart')).toMatchObject({ delay: 1 });
  plan.set('web', 'cart', { share: 1, error: 500 });
  expect(plan.next('web', 'cart')).toMatchObject({ error: 500 });
  plan.set('web', 'cart', undefined);
  expect(plan.next('web', 'cart')).toMatchObject({ delay: 1 });
  expect(plan.of('cart', 'web')).toBeUndefined();
  expect(plan.applied).toBe(3);
});
