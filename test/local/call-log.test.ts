import { CallLog } from '../../src/local/call-log';

test('calls that never happened, and calls that are not declared', () => {
  const log = new CallLog();
  for (const call of ['web → cart', 'web → mail', 'web → cart']) log.declare(call);
  log.made('web → cart');
  log.declare('web → cart');
  expect(log.neverMade).toEqual(['web → mail']);
  expect([log.refused('cart → web'), log.refused('cart → web')]).toEqual([true, false]);
  expect(log.notDeclared).toEqual(['cart → web']);
});
