import { addressesOf, ALL_ADDRESSES, blockText, isEverywhere, without } from '../../src/connectivity/addresses';

const set = (cidr: string, ...except: string[]) => addressesOf({ cidr, except });
const contains = (whole: ReturnType<typeof set>, part: ReturnType<typeof set>) => without(part, whole).length === 0;

test.each([
  ['0.0.0.0/0', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.255.255.255/32', true],
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0/32', false],
  ['10.1.2.3/8', '10.0.0.0/8', true],
  ['::/0', 'fd00::/8', true],
  ['fd00::/8', 'fd00:1:2:3:4:5:6:7/128', true],
  ['fd00::/8', 'fe00::1', false],
  ['::ffff:10.0.0.0/104', '::ffff:a00:1', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '0.0.0.0', false],
])('%s contains %s: %s', (whole, part, expected) => {
  expect(contains(set(whole), set(part))).toBe(expected);
});

test('exceptions are not a part of the block', () => {
  const block = set('10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24');
  expect(contains(block, set('10.0.0.0/16'))).toBe(true);
  expect(contains(block, set('10.1.2.3'))).toBe(false);
  expect(contains(block, set('10.0.0.0/15'))).toBe(false);
  expect(blockText({ cidr: '10.0.0.0/8', except: ['10.2.0.0/16', '10.1.0.0/16'] })).toBe(
    '10.0.0.0/8 except 10.1.0.0/16, 10.2.0.0/16',
  );
});

test('everywhere is every IPv4 address', () => {
  expect(isEverywhere(set('0.0.0.0/0'))).toBe(true);
  expect(isEverywhere(ALL_ADDRESSES)).toBe(true);
  expect(isEverywhere(set('::/0'))).toBe(false);
  expect(isEverywhere(set('0.0.0.0/0', '10.0.0.0/8'))).toBe(false);
});

test.each(['', '10.0.0', '10.0.0.0/33', '10.0.0.256/8', 'fd00::/129', 'fd00:::1', 'web', 'null'])(
  'the malformed block %j has no addresses',
  (cidr) => {
    expect(set(cidr)).toEqual([]);
  },
);
