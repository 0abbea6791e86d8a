import { CallLog } from '../../src/local/call-log';

test('calls that never happened, and calls that are not declared', () => {
  const log = new CallLog();
  for (const to of ['cart', 'mail', 'cart']) log.declare('web', to);
  log.made('web', 'cart');
  log.declare('web', 'cart');
  expect(log.neverMade).toEqual(['web → mail']);
  expect([log.refused('cart', 'web'), log.refused('cart', 'web')]).toEqual([true, false]);
  expect(log.notDeclared).toEqual(['cart → web']);
});

test('the figures of a call', () => {
  const log = new CallLog();
  log.declare('web', 'mail');
  for (let ms = 1; ms <= 100; ms++) {
    log.made('web', 'cart');
    log.answered('web', 'cart', ms === 7 ? 503 : 200, ms);
  }
  expect(log.figures()).toEqual([
    { from: 'web', to: 'mail', isDeclared: true, total: 0, failed: 0, perSecond: 0 },
    { from: 'web', to: 'cart', isDeclared: true, total: 100, failed: 1, perSecond: 10, p50: 51, p99: 100 },
  ]);
  // Only the last ten seconds count for the rate.
  expect(log.figures(Date.now() + 11_000)[1]).toMatchObject({ total: 100, perSecond: 0 });
});

test('many calls need no more memory', () => {
  const log = new CallLog();
  for (let i = 0; i < 3_000; i++) {
    log.made('web', 'cart');
    log.answered('web', 'cart', 200, i);
  }
  expect(log.figures()[0]).toMatchObject({ total: 3_000, perSecond: 100, p50: 2_500 });
});
