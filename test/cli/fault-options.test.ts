import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf } from '../../src/cli/fault-options';

const NAMES = { ends: new Set(['web', 'cart']), parts: new Set(['cart']) };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-faults-'));
  writeFileSync(
    join(folder, 'chaos.yaml'),
    'seed: 5\nfaults:\n  - { from: web, to: cart, cut: true }\nkills:\n  - { part: cart, every: 3 }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const given = (options: Record<string, string>, lists: Record<string, string[]> = {}) =>
  faultsOf({ options, lists, words: [] }, NAMES);

test('the command line adds to the file, and comes last, so it wins', () => {
  const faults = join(folder, 'chaos.yaml');
  expect(given({ faults }, { fault: ['web->cart:delay=1'], kill: ['*:every=9'] })).toEqual({
    seed: 5,
    faults: [
      { from: 'web', to: 'cart', share: 1, cut: true },
      { from: 'web', to: 'cart', share: 1, delay: 1 },
    ],
    kills: [
      { part: 'cart', every: 3 },
      { part: '*', every: 9 },
    ],
  });
  expect(given({ faults, seed: '0' }).seed).toBe(0);
});

test('without options nothing goes wrong, and the seed is random', () => {
  expect(given({})).toEqual({ seed: expect.any(Number), faults: [], kills: [] });
});

test.each(['x', '', '-1', '1.5', '1234567890'])('the seed %j is wrong', (seed) => {
  expect(() => given({ seed })).toThrow(`--seed ${seed}: expected a whole number of at most nine digits.`);
});
